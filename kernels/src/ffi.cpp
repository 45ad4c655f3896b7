// The kernels as XLA calls them: buffers in, buffers out, shapes checked.
#include <algorithm>
#include <new>
#include <utility>

#if defined(__linux__)
#include <sched.h>
#endif

#include "table.h"
#include "xla/ffi/api/ffi.h"

namespace {

namespace ffi = xla::ffi;
using paribus::Axis;
using paribus::Block;
using paribus::Conv;
using paribus::Index;
using Input = ffi::Buffer<ffi::F32>;
using Output = ffi::ResultBuffer<ffi::F32>;
using Integers = ffi::Span<const Index>;

// Processors that this process may use: more threads than these only wait for each other.
Index processors() {
#if defined(__linux__)
  static const Index count = [] {
    cpu_set_t allowed;
    return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? static_cast<Index>(CPU_COUNT(&allowed)) : Index{1 << 20};
  }();
  return count;
#else
  return Index{1} << 20;
#endif
}

// XLA's own threads.
class XlaPool : public paribus::Pool {
 public:
  explicit XlaPool(ffi::ThreadPool pool) : pool_(std::move(pool)), threads_(std::min(pool_.num_threads(), processors())) {}
  Index threads() const override { return threads_; }
  void schedule(std::function<void()> function) override { pool_.Schedule(std::move(function)); }

 private:
  ffi::ThreadPool pool_;
  Index threads_;
};

// Calls a kernel, and tells XLA of what it throws.
template <typename Call>
ffi::Error run(ffi::ThreadPool threads, const Call& call) {
  try {
    XlaPool pool(std::move(threads));
    call(paribus::best_table(), pool);
    return ffi::Error::Success();
  } catch (const std::bad_alloc&) {
    return ffi::Error(ffi::ErrorCode::kResourceExhausted, "paribus-kernels: out of memory for working space");
  } catch (const std::exception& error) {
    return ffi::Error(ffi::ErrorCode::kInternal, error.what());
  }
}

ffi::Error invalid(const char* message) { return ffi::Error(ffi::ErrorCode::kInvalidArgument, message); }

template <typename Array>
bool is_vector(const Array& array, Index size) {
  return array.dimensions().size() == 1 && array.dimensions()[0] == size;
}

// Reads a convolution's shape; `settings` are strides, dilation, padding before rows and columns, groups.
template <typename X, typename W, typename Y>
bool read_conv(const X& x, const W& kernel, const Y& y, Integers settings, Conv* conv) {
  const auto xs = x.dimensions(), ws = kernel.dimensions(), ys = y.dimensions();
  if (xs.size() != 4 || ws.size() != 4 || ys.size() != 4 || settings.size() != 7) return false;
  const auto* s = settings.begin();
  conv->n = xs[0];
  conv->rows = Axis{xs[1], ys[1], ws[0], s[0], s[2], s[4], 1};
  conv->columns = Axis{xs[2], ys[2], ws[1], s[1], s[3], s[5], 1};
  conv->channels = xs[3];
  conv->filters = ws[3];
  conv->groups = s[6];
  const bool positive = s[0] > 0 && s[1] > 0 && s[2] > 0 && s[3] > 0 && conv->groups > 0;
  return positive && ys[0] == xs[0] && ys[3] == ws[3] && ws[2] * conv->groups == xs[3] && ws[3] % conv->groups == 0;
}

ffi::Error conv_forward(ffi::ThreadPool threads, Input x, Input kernel, Input bias, Output y, Integers settings) {
  Conv conv;
  if (!read_conv(x, kernel, *y, settings, &conv)) return invalid("paribus_conv: shapes do not belong together");
  const bool biased = is_vector(bias, conv.filters);
  if (!biased && !is_vector(bias, 0)) return invalid("paribus_conv: bias must have one number per filter, or none");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.convolve(conv, x.typed_data(), kernel.typed_data(), biased ? bias.typed_data() : nullptr, y->typed_data(), pool);
  });
}

ffi::Error conv_input_gradient(ffi::ThreadPool threads, Input dy, Input kernel, Output dx, Integers settings) {
  Conv conv;
  if (!read_conv(*dx, kernel, dy, settings, &conv))
    return invalid("paribus_conv_input_gradient: shapes do not belong together");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.input_gradient(conv, dy.typed_data(), kernel.typed_data(), dx->typed_data(), pool);
  });
}

ffi::Error conv_kernel_gradient(ffi::ThreadPool threads, Input x, Input dy, Output dw, Output db, Integers settings) {
  Conv conv;
  if (!read_conv(x, *dw, dy, settings, &conv) || !is_vector(*db, conv.filters))
    return invalid("paribus_conv_kernel_gradient: shapes do not belong together");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.kernel_gradient(conv, x.typed_data(), dy.typed_data(), dw->typed_data(), db->typed_data(), pool);
  });
}

ffi::Error moments(ffi::ThreadPool threads, Input x, Output mean, Output variance) {
  const auto shape = x.dimensions();
  if (shape.size() != 2 || !is_vector(*mean, shape[1]) || !is_vector(*variance, shape[1]))
    return invalid("paribus_moments: shapes do not belong together");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.moments(shape[0], shape[1], x.typed_data(), mean->typed_data(), variance->typed_data(), pool);
  });
}

// Reads a block's shape; `settings` are affine, relu, pooling, window, strides and padding before rows and columns.
template <typename X, typename Y>
bool read_block(const X& x, const Y& y, Integers settings, Block* block) {
  const auto xs = x.dimensions(), ys = y.dimensions();
  if (xs.size() != 4 || ys.size() != 4 || settings.size() != 9) return false;
  const auto* s = settings.begin();
  block->n = xs[0];
  block->channels = xs[3];
  block->affine = s[0] != 0;
  block->relu = s[1] != 0;
  block->pooling = static_cast<paribus::Pooling>(s[2]);
  block->rows = Axis{xs[1], ys[1], s[3], s[5], 1, s[7], 1};
  block->columns = Axis{xs[2], ys[2], s[4], s[6], 1, s[8], 1};
  const bool known = s[2] >= 0 && s[2] <= 2 && s[3] > 0 && s[4] > 0 && s[5] > 0 && s[6] > 0;
  const bool kept = block->pooling != paribus::Pooling::none || (xs[1] == ys[1] && xs[2] == ys[2]);
  return known && kept && ys[0] == xs[0] && ys[3] == xs[3];
}

// Whether all of them have one number per channel where the block has an affine map.
template <typename... Arrays>
bool are_channels(const Block& block, const Arrays&... arrays) {
  return !block.affine || (is_vector(arrays, block.channels) && ...);
}

paribus::Affine affine_of(const Input& mean, const Input& scale, const Input& offset) {
  return {mean.typed_data(), scale.typed_data(), offset.typed_data()};
}

ffi::Error block_forward(ffi::ThreadPool threads, Input x, Input mean, Input scale, Input offset, Output y, Integers settings) {
  Block block;
  if (!read_block(x, *y, settings, &block) || !are_channels(block, mean, scale, offset))
    return invalid("paribus_block: shapes do not belong together");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.forward(block, affine_of(mean, scale, offset), x.typed_data(), y->typed_data(), pool);
  });
}

ffi::Error block_sums(ffi::ThreadPool threads, Input x, Input dy, Input mean, Input scale, Input offset, Output of_gradient,
                      Output of_product, Integers settings) {
  Block block;
  if (!read_block(x, dy, settings, &block) || !block.affine ||
      !are_channels(block, mean, scale, offset, *of_gradient, *of_product))
    return invalid("paribus_block_sums: shapes do not belong together");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.sums(block, affine_of(mean, scale, offset), x.typed_data(), dy.typed_data(), of_gradient->typed_data(),
               of_product->typed_data(), pool);
  });
}

ffi::Error block_gradient(ffi::ThreadPool threads, Input x, Input dy, Input mean, Input scale, Input offset, Input slope,
                          Input base, Output dx, Integers settings) {
  Block block;
  if (!read_block(x, dy, settings, &block) || !(x.dimensions() == dx->dimensions()) ||
      !are_channels(block, mean, scale, offset, slope, base))
    return invalid("paribus_block_gradient: shapes do not belong together");
  return run(std::move(threads), [&](const paribus::Table& table, paribus::Pool& pool) {
    table.backward(block, affine_of(mean, scale, offset), slope.typed_data(), base.typed_data(), x.typed_data(),
                   dy.typed_data(), dx->typed_data(), pool);
  });
}

auto bound() { return ffi::Ffi::Bind().Ctx<ffi::ThreadPool>(); }

}  // namespace

#pragma GCC visibility push(default)

extern "C" const char* paribus_instruction_set() { return paribus::best_table().name; }

XLA_FFI_DEFINE_HANDLER_SYMBOL(paribus_conv, conv_forward,
                              bound().Arg<Input>().Arg<Input>().Arg<Input>().Ret<Input>().Attr<Integers>("settings"));
XLA_FFI_DEFINE_HANDLER_SYMBOL(paribus_conv_input_gradient, conv_input_gradient,
                              bound().Arg<Input>().Arg<Input>().Ret<Input>().Attr<Integers>("settings"));
XLA_FFI_DEFINE_HANDLER_SYMBOL(paribus_conv_kernel_gradient, conv_kernel_gradient,
                              bound().Arg<Input>().Arg<Input>().Ret<Input>().Ret<Input>().Attr<Integers>("settings"));
XLA_FFI_DEFINE_HANDLER_SYMBOL(paribus_moments, moments, bound().Arg<Input>().Ret<Input>().Ret<Input>());
XLA_FFI_DEFINE_HANDLER_SYMBOL(
    paribus_block, block_forward,
    bound().Arg<Input>().Arg<Input>().Arg<Input>().Arg<Input>().Ret<Input>().Attr<Integers>("settings"));
XLA_FFI_DEFINE_HANDLER_SYMBOL(
    paribus_block_sums, block_sums,
    bound().Arg<Input>().Arg<Input>().Arg<Input>().Arg<Input>().Arg<Input>().Ret<Input>().Ret<Input>().Attr<Integers>(
        "settings"));
XLA_FFI_DEFINE_HANDLER_SYMBOL(paribus_block_gradient, block_gradient,
                              bound()
                                  .Arg<Input>()
                                  .Arg<Input>()
                                  .Arg<Input>()
                                  .Arg<Input>()
                                  .Arg<Input>()
                                  .Arg<Input>()
                                  .Arg<Input>()
                                  .Ret<Input>()
                                  .Attr<Integers>("settings"));

#pragma GCC visibility pop
