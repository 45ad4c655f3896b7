// Differential test of every instruction set that this machine has, against plain loops in double precision.
//   fuzz SHAPES [SEED]     prints the largest relative error; exits with 1 if it is too large, or a result depends on threads.
// An error is relative to the largest sum of an array, or the root of the sum of its squared terms if that is larger.
// Arrays end where their memory ends, so that a sanitizer sees every reading beyond them.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "../src/table.h"

using namespace paribus;

namespace {

constexpr double kTolerance = 2e-5;

using Array = std::vector<float>;

// A sum in double precision that knows how large its terms were: what is left of terms that cancel says nothing of an error.
struct Sum {
  double value = 0, squares = 0;

  void operator+=(double term) {
    value += term;
    squares += term * term;
  }
  double size() const { return std::max(std::abs(value), std::sqrt(squares)); }
};

using Exact = std::vector<Sum>;

// Runs what is scheduled on threads of its own, so that a thread sanitizer has something to see.
class Threads : public Pool {
 public:
  explicit Threads(Index count) : count_(count) {}
  ~Threads() override { join(); }
  Index threads() const override { return count_; }
  void schedule(std::function<void()> function) override { running_.emplace_back(std::move(function)); }
  void join() {
    for (auto& thread : running_) thread.join();
    running_.clear();
  }

 private:
  Index count_;
  std::vector<std::thread> running_;
};

struct Random {
  std::mt19937_64 engine;
  Index between(Index low, Index high) { return std::uniform_int_distribution<Index>(low, high)(engine); }
  bool chance(double p) { return std::uniform_real_distribution<double>()(engine) < p; }
  Array normal(Index count) {
    std::normal_distribution<float> distribution;
    Array values(static_cast<std::size_t>(count));
    for (auto& value : values) value = distribution(engine);
    return values;
  }
  // Multiples of a step: the same numbers in single and double precision, so that both agree on maxima and signs.
  Array grid(Index count, float step, Index largest, float shift = 0) {
    Array values(static_cast<std::size_t>(count));
    for (auto& value : values) value = step * static_cast<float>(between(-largest, largest)) + shift;
    return values;
  }
};

Axis random_axis(Random& random, bool plain) {
  Axis axis;
  axis.window = plain ? 3 : random.between(1, 5);
  axis.stride = plain ? 1 : random.between(1, 3);
  axis.dilation = plain ? 1 : random.between(1, 2);
  const Index reach = (axis.window - 1) * axis.dilation + 1;
  axis.in = random.chance(0.02) ? 0 : random.between(1, 17);
  axis.pad = random.between(0, reach);
  const Index after = random.between(0, reach);
  const Index room = axis.in + axis.pad + after - reach;
  axis.out = room < 0 ? 0 : room / axis.stride + 1;
  return axis;
}

Conv random_conv(Random& random) {
  const bool plain = random.chance(0.4);
  Conv conv;
  conv.n = random.chance(0.02) ? 0 : random.between(1, 5);
  conv.rows = random_axis(random, plain);
  conv.columns = random_axis(random, plain);
  conv.groups = plain || random.chance(0.7) ? 1 : random.between(1, 4);
  const auto channels = [&] { return random.chance(0.1) ? random.between(65, 200) : random.between(1, plain ? 70 : 40); };
  conv.channels = conv.groups * (random.chance(0.2) ? 1 : channels());
  conv.filters = conv.groups * (random.chance(0.1) ? 1 : channels());
  return conv;
}

// Calls each(x index, kernel index, y index) for every product of a convolution.
template <typename Each>
void over_products(const Conv& conv, const Each& each) {
  const Index channels = conv.channels / conv.groups, filters = conv.filters / conv.groups;
  for (Index n = 0; n < conv.n; ++n)
    for (Index row = 0; row < conv.rows.out; ++row)
      for (Index column = 0; column < conv.columns.out; ++column)
        for (Index r = 0; r < conv.rows.window; ++r)
          for (Index c = 0; c < conv.columns.window; ++c) {
            const Index y = row * conv.rows.stride + r * conv.rows.dilation - conv.rows.pad;
            const Index x = column * conv.columns.stride + c * conv.columns.dilation - conv.columns.pad;
            if (y < 0 || y >= conv.rows.in || x < 0 || x >= conv.columns.in) continue;
            for (Index group = 0; group < conv.groups; ++group)
              for (Index channel = 0; channel < channels; ++channel)
                for (Index filter = 0; filter < filters; ++filter)
                  each(((n * conv.rows.in + y) * conv.columns.in + x) * conv.channels + group * channels + channel,
                       ((r * conv.columns.window + c) * channels + channel) * conv.filters + group * filters + filter,
                       ((n * conv.rows.out + row) * conv.columns.out + column) * conv.filters + group * filters + filter);
          }
}

double worst = 0;
bool failed = false;

double error_of(const Array& got, const Exact& exact) {
  double largest = 0, difference = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) {
    largest = std::max(largest, exact[i].size());
    const double here = std::abs(static_cast<double>(got[i]) - exact[i].value);
    if (!(here <= difference)) difference = here;
  }
  return difference == 0 ? 0 : difference / largest;
}

void check(const char* what, const Table& table, const std::string& shape, const Array& got, const Exact& exact) {
  const double error = error_of(got, exact);
  if (error > worst) worst = error;
  if (error <= kTolerance) return;
  std::printf("%s on %s is %.1e off: %s\n", what, table.name, error, shape.c_str());
  failed = true;
}

void check_same(const char* what, const Table& table, const std::string& shape, const Array& one, const Array& several) {
  if (one.empty() || std::memcmp(one.data(), several.data(), one.size() * sizeof(float)) == 0) return;
  std::printf("%s on %s depends on the number of threads: %s\n", what, table.name, shape.c_str());
  failed = true;
}

std::string text(const Conv& conv) {
  char line[256];
  std::snprintf(line, sizeof line,
                "n %ld, rows %ld>%ld w%ld s%ld d%ld p%ld, columns %ld>%ld w%ld s%ld d%ld p%ld, %ld>%ld by %ld", conv.n,
                conv.rows.in, conv.rows.out, conv.rows.window, conv.rows.stride, conv.rows.dilation, conv.rows.pad,
                conv.columns.in, conv.columns.out, conv.columns.window, conv.columns.stride, conv.columns.dilation,
                conv.columns.pad, conv.channels, conv.filters, conv.groups);
  return line;
}

// Runs a kernel with one thread and with three, and returns both results.
template <typename Run>
std::vector<Array> with_threads(Index floats, const Run& run) {
  std::vector<Array> results;
  for (Index threads : {1, 3}) {
    Threads pool(threads);
    results.emplace_back(static_cast<std::size_t>(floats), NAN);
    run(results.back().data(), pool);
    pool.join();
  }
  return results;
}

void fuzz_conv(Random& random) {
  const Conv conv = random_conv(random);
  const Index x_floats = conv.n * conv.rows.in * conv.columns.in * conv.channels;
  const Index y_floats = conv.n * conv.rows.out * conv.columns.out * conv.filters;
  const Index w_floats = conv.rows.window * conv.columns.window * conv.channels / conv.groups * conv.filters;
  const Array x = random.normal(x_floats), w = random.normal(w_floats), dy = random.normal(y_floats);
  const Array bias = random.normal(conv.filters);
  Exact y(dy.size()), dx(x.size()), dw(w.size()), db(bias.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    y[i] += bias[i % bias.size()];
    db[i % bias.size()] += dy[i];
  }
  over_products(conv, [&](Index i, Index k, Index o) {
    y[o] += static_cast<double>(x[i]) * w[k];
    dx[i] += static_cast<double>(dy[o]) * w[k];
    dw[k] += static_cast<double>(dy[o]) * x[i];
  });
  for (const Table* const* each = tables(); *each; ++each) {
    const Table& table = **each;
    const std::string shape = text(conv);
    const auto ys =
        with_threads(y_floats, [&](float* to, Pool& pool) { table.convolve(conv, x.data(), w.data(), bias.data(), to, pool); });
    const auto dxs =
        with_threads(x_floats, [&](float* to, Pool& pool) { table.input_gradient(conv, dy.data(), w.data(), to, pool); });
    Array got_db(bias.size(), NAN);
    const auto dws = with_threads(
        w_floats, [&](float* to, Pool& pool) { table.kernel_gradient(conv, x.data(), dy.data(), to, got_db.data(), pool); });
    check("forward", table, shape, ys[0], y);
    check("gradient by input", table, shape, dxs[0], dx);
    check("gradient by kernel", table, shape, dws[0], dw);
    check("gradient by bias", table, shape, got_db, db);
    check_same("forward", table, shape, ys[0], ys[1]);
    check_same("gradient by input", table, shape, dxs[0], dxs[1]);
    check_same("gradient by kernel", table, shape, dws[0], dws[1]);
  }
}

Block random_block(Random& random) {
  Block block;
  block.n = random.chance(0.02) ? 0 : random.between(1, 6);
  block.channels = random.chance(0.1) ? random.between(70, 300) : random.between(1, 70);
  block.affine = random.chance(0.7);
  block.relu = random.chance(0.6);
  block.pooling = block.affine ? static_cast<Pooling>(random.between(0, 2)) : static_cast<Pooling>(random.between(1, 2));
  for (Axis* axis : {&block.rows, &block.columns}) {
    axis->in = random.between(1, 20);
    axis->out = axis->in;
    if (block.pooling == Pooling::none) continue;
    axis->window = random.between(1, 4);
    axis->stride = random.between(1, 4);
    if (random.chance(0.5)) axis->window = axis->stride = 2;
    const Index same = (axis->in + axis->stride - 1) / axis->stride;
    const Index padding = std::max<Index>(0, (same - 1) * axis->stride + axis->window - axis->in);
    const bool pads = random.chance(0.4) || axis->in < axis->window;
    axis->pad = pads ? padding / 2 : 0;
    axis->out = pads ? same : (axis->in - axis->window) / axis->stride + 1;
  }
  return block;
}

struct Reference {
  Exact y, gathered;
};

// The block in double precision, by definition.
Reference reference_block(const Block& block, const Array& x, const Array& dy, const std::vector<double>& mapped) {
  const Index channels = block.channels;
  Reference result{Exact(dy.size()), Exact(x.size())};
  const auto relu = [&](double value) { return block.relu && value < 0 ? 0 : value; };
  for (Index n = 0; n < block.n; ++n)
    for (Index row = 0; row < block.rows.out; ++row)
      for (Index column = 0; column < block.columns.out; ++column)
        for (Index channel = 0; channel < channels; ++channel) {
          std::vector<Index> taps;
          for (Index r = 0; r < block.rows.window; ++r)
            for (Index c = 0; c < block.columns.window; ++c) {
              const Index y = row * block.rows.stride + r - block.rows.pad,
                          x_at = column * block.columns.stride + c - block.columns.pad;
              if (y >= 0 && y < block.rows.in && x_at >= 0 && x_at < block.columns.in)
                taps.push_back(((n * block.rows.in + y) * block.columns.in + x_at) * channels + channel);
            }
          const Index out = ((n * block.rows.out + row) * block.columns.out + column) * channels + channel;
          if (block.pooling == Pooling::average) {
            for (Index tap : taps) {
              result.y[out] += relu(mapped[tap]) / taps.size();
              if (!block.relu || mapped[tap] > 0) result.gathered[tap] += dy[out] / static_cast<double>(taps.size());
            }
            continue;
          }
          Index best = taps.front();
          for (Index tap : taps)
            if (mapped[tap] > mapped[best]) best = tap;
          result.y[out] += relu(mapped[best]);
          if (!block.relu || mapped[best] > 0) result.gathered[best] += dy[out];
        }
  return result;
}

void fuzz_block(Random& random) {
  const Block block = random_block(random);
  const Index pixels = block.n * block.rows.in * block.columns.in, channels = block.channels;
  const Index y_floats = block.n * block.rows.out * block.columns.out * channels;
  const Array x = random.grid(pixels * channels, 0.125f, 20), dy = random.normal(y_floats);
  const Array mean = random.grid(channels, 0.125f, 4), scale = random.grid(channels, 0.5f, 3);
  const Array offset = random.grid(channels, 0.125f, 4, 0.03125f);
  const Array slope = random.normal(channels), base = random.normal(channels);
  const Affine affine{mean.data(), scale.data(), offset.data()};
  std::vector<double> mapped(x.size()), means(channels);
  Exact variances(channels);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t channel = i % channels;
    mapped[i] = block.affine ? (static_cast<double>(x[i]) - mean[channel]) * scale[channel] + offset[channel] : x[i];
    means[channel] += static_cast<double>(x[i]) / pixels;
  }
  for (std::size_t i = 0; i < x.size(); ++i) variances[i % channels] += std::pow(x[i] - means[i % channels], 2) / pixels;
  const Reference reference = reference_block(block, x, dy, mapped);
  Exact sums(channels), products(channels), dx(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t channel = i % channels;
    const double gradient = reference.gathered[i].value, centered = static_cast<double>(x[i]) - mean[channel];
    sums[channel] += gradient;
    products[channel] += gradient * centered;
    dx[i] += block.affine ? gradient * scale[channel] : gradient;
    if (!block.affine) continue;
    dx[i] += slope[channel] * centered;
    dx[i] += base[channel];
  }
  char line[160];
  std::snprintf(
      line, sizeof line,
      "n %ld, rows %ld>%ld w%ld s%ld p%ld, columns %ld>%ld w%ld s%ld p%ld, %ld channels, affine %d relu %d pooling %d", block.n,
      block.rows.in, block.rows.out, block.rows.window, block.rows.stride, block.rows.pad, block.columns.in, block.columns.out,
      block.columns.window, block.columns.stride, block.columns.pad, channels, block.affine, block.relu,
      static_cast<int>(block.pooling));
  for (const Table* const* each = tables(); *each; ++each) {
    const Table& table = **each;
    const auto ys = with_threads(y_floats, [&](float* to, Pool& pool) { table.forward(block, affine, x.data(), to, pool); });
    check("block", table, line, ys[0], reference.y);
    check_same("block", table, line, ys[0], ys[1]);
    const auto dxs = with_threads(pixels * channels, [&](float* to, Pool& pool) {
      table.backward(block, affine, slope.data(), base.data(), x.data(), dy.data(), to, pool);
    });
    check("block's gradient", table, line, dxs[0], dx);
    check_same("block's gradient", table, line, dxs[0], dxs[1]);
    if (!block.affine || pixels == 0) continue;
    Array got_product(channels, NAN), got_variance(channels, NAN);
    const auto got_sums = with_threads(
        channels, [&](float* to, Pool& pool) { table.sums(block, affine, x.data(), dy.data(), to, got_product.data(), pool); });
    check("sums", table, line, got_sums[0], sums);
    check("products", table, line, got_product, products);
    const auto got_means = with_threads(
        channels, [&](float* to, Pool& pool) { table.moments(pixels, channels, x.data(), to, got_variance.data(), pool); });
    check_same("sums", table, line, got_sums[0], got_sums[1]);
    check_same("means", table, line, got_means[0], got_means[1]);
    check("variances", table, line, got_variance, variances);
    for (Index channel = 0; channel < channels; ++channel)
      if (!(std::abs(got_means[0][channel] - means[channel]) <= 1e-6)) {
        std::printf("mean on %s is wrong: %s\n", table.name, line);
        failed = true;
      }
  }
}

}  // namespace

int main(int count, char** words) {
  const long shapes = count > 1 ? std::atol(words[1]) : 1000;
  Random random{std::mt19937_64(count > 2 ? std::strtoull(words[2], nullptr, 10) : 0)};
  for (long i = 0; i < shapes; ++i) {
    fuzz_conv(random);
    fuzz_block(random);
  }
  std::printf("%ld shapes of convolutions and as many of blocks on", shapes);
  for (const Table* const* each = tables(); *each; ++each) std::printf(" %s", (*each)->name);
  std::printf(": largest relative error %.1e\n", worst);
  return failed ? 1 : 0;
}
