// Means, variances and other sums over all axes but the last.
#pragma once

#include "parallel.h"
#include "scratch.h"
#include "vector.h"

namespace paribus {
namespace PARIBUS_ISA {

constexpr Index kChunkFloats = 32 * 1024;
constexpr Index kChunkRows = 512;
constexpr int kMostVectors = 4;

// Calls `function.template run<N>(channel, count)` for every stretch of N vectors of channels, the last one not whole.
template <typename Function>
inline void over_channels(Index channels, const Function& function) {
  Index channel = 0;
  for (; channel + kMostVectors * kLanes <= channels; channel += kMostVectors * kLanes)
    function.template run<kMostVectors>(channel, kMostVectors * kLanes);
  for (; channel < channels; channel += kLanes) function.template run<1>(channel, smaller(kLanes, channels - channel));
}

// Element `v` of a stretch: whole vectors but where there is only one.
template <int N>
inline Vector part(const float* from, int v, Index count) {
  return N == 1 ? load_part(from, count) : load(from + v * kLanes);
}

template <int N>
inline void put(float* to, int v, Index count, Vector value, bool streamed = false) {
  write(to + v * kLanes, value, N == 1 ? count : kLanes, streamed);
}

// Rows taken a few at a time: few enough to stay in the cache between two readings, and to be summed in single precision.
struct Chunks {
  Index rows, chunk, count;

  Chunks(Index rows, Index channels)
      : rows(rows), chunk(smaller(kChunkRows, larger(1, kChunkFloats / larger(1, channels)))), count(ceil_div(rows, chunk)) {}

  Index size(Index task) const { return smaller(chunk, rows - task * chunk); }
};

struct ChunkMoments {
  const float* x;
  Index rows, channels;
  float* mean;
  float* spread;  // sum of squared deviations

  template <int N>
  void run(Index channel, Index count) const {
    Vector total[N] = {}, squares[N] = {}, middle[N];
    for (Index row = 0; row < rows; ++row)
      for (int v = 0; v < N; ++v) total[v] += part<N>(x + row * channels + channel, v, count);
    for (int v = 0; v < N; ++v) middle[v] = total[v] / all(static_cast<float>(rows));
    for (Index row = 0; row < rows; ++row)
      for (int v = 0; v < N; ++v) {
        const Vector deviation = part<N>(x + row * channels + channel, v, count) - middle[v];
        squares[v] += deviation * deviation;
      }
    for (int v = 0; v < N; ++v) {
      put<N>(mean + channel, v, count, middle[v]);
      put<N>(spread + channel, v, count, squares[v]);
    }
  }
};

// Mean and variance (divisor n) of every channel of x: (rows, channels). Both NaN without rows.
// Chunks are joined as in Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance.
inline void moments(Index rows, Index channels, const float* x, float* mean, float* variance, Pool& pool) {
  const Chunks chunks(rows, channels);
  float* partials = scratch().partials.floats(chunks.count * 2 * channels);
  share(pool, chunks.count, [&](Index task) {
    float* mine = partials + task * 2 * channels;
    over_channels(channels,
                  ChunkMoments{x + task * chunks.chunk * channels, chunks.size(task), channels, mine, mine + channels});
  });
  for (Index channel = 0; channel < channels; ++channel) {
    double n = 0, middle = 0, spread = 0;
    for (Index task = 0; task < chunks.count; ++task) {
      const double more = static_cast<double>(chunks.size(task));
      const double difference = partials[task * 2 * channels + channel] - middle;
      middle += difference * more / (n + more);
      spread += partials[(task * 2 + 1) * channels + channel] + difference * difference * n * more / (n + more);
      n += more;
    }
    mean[channel] = static_cast<float>(n > 0 ? middle : 0.0 / n);
    variance[channel] = static_cast<float>(spread / n);
  }
}

// to[i] = sum over parts of partials[part * step + i].
inline void add_in_double(const float* partials, Index parts, Index step, Index count, float* to) {
  for (Index i = 0; i < count; ++i) {
    double sum = 0;
    for (Index part = 0; part < parts; ++part) sum += partials[part * step + i];
    to[i] = static_cast<float>(sum);
  }
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
