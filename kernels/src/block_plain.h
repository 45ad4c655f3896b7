// relu(scale * (x - mean) + offset) without pooling, and its gradient; every number on its own.
#pragma once

#include "block_sums.h"

namespace paribus {
namespace PARIBUS_ISA {

// NaN stays NaN; zero has no gradient.
inline Vector rectify(Vector value) { return value < 0.0f ? Vector{} : value; }
inline Vector rectified_gradient(Vector value, Vector gradient) { return value <= 0.0f ? Vector{} : gradient; }

// The affine map of a stretch of N vectors of channels.
template <int N>
struct Map {
  Vector mean[N], scale[N], offset[N];

  Map(const Affine& affine, Index channel, Index count) {
    for (int v = 0; v < N; ++v) {
      mean[v] = part<N>(affine.mean + channel, v, count);
      scale[v] = part<N>(affine.scale + channel, v, count);
      offset[v] = part<N>(affine.offset + channel, v, count);
    }
  }

  Vector centered(int v, Vector x) const { return x - mean[v]; }
  Vector operator()(int v, Vector x) const { return (x - mean[v]) * scale[v] + offset[v]; }

  // What reaches the map of the gradient after it, through a ReLU if there is one.
  Vector gradient(int v, Vector x, Vector after, bool relu) const {
    return relu ? rectified_gradient((*this)(v, x), after) : after;
  }
};

struct PlainForward {
  const Block& block;
  const Affine& affine;
  const float* x;
  float* y;
  Index rows;
  bool streamed;

  template <int N>
  void run(Index channel, Index count) const {
    const Map<N> map(affine, channel, count);
    for (Index row = 0; row < rows; ++row)
      for (int v = 0; v < N; ++v) {
        const Index at = row * block.channels + channel;
        Vector value = map(v, part<N>(x + at, v, count));
        if (block.relu) value = rectify(value);
        put<N>(y + at, v, count, value, streamed);
      }
  }
};

struct PlainSums {
  const Block& block;
  const Affine& affine;
  const float* x;
  const float* dy;
  Index rows;
  float* of_gradient;
  float* of_product;

  template <int N>
  void run(Index channel, Index count) const {
    const Map<N> map(affine, channel, count);
    Vector gradients[N] = {}, products[N] = {};
    for (Index row = 0; row < rows; ++row)
      for (int v = 0; v < N; ++v) {
        const Index at = row * block.channels + channel;
        const Vector value = part<N>(x + at, v, count);
        const Vector gradient = map.gradient(v, value, part<N>(dy + at, v, count), block.relu);
        gradients[v] += gradient;
        products[v] += gradient * map.centered(v, value);
      }
    for (int v = 0; v < N; ++v) {
      put<N>(of_gradient + channel, v, count, gradients[v]);
      put<N>(of_product + channel, v, count, products[v]);
    }
  }
};

// dx = scale * g + slope * (x - mean) + base, g being dy where the output is positive.
struct PlainGradient {
  const Block& block;
  const Affine& affine;
  const float* slope;
  const float* base;
  const float* x;
  const float* dy;
  float* dx;
  Index rows;
  bool streamed;

  template <int N>
  void run(Index channel, Index count) const {
    const Map<N> map(affine, channel, count);
    Vector slopes[N], bases[N];
    for (int v = 0; v < N; ++v) {
      slopes[v] = part<N>(slope + channel, v, count);
      bases[v] = part<N>(base + channel, v, count);
    }
    for (Index row = 0; row < rows; ++row)
      for (int v = 0; v < N; ++v) {
        const Index at = row * block.channels + channel;
        const Vector value = part<N>(x + at, v, count);
        const Vector gradient = map.gradient(v, value, part<N>(dy + at, v, count), block.relu);
        const Vector out = gradient * map.scale[v] + (map.centered(v, value) * slopes[v] + bases[v]);
        put<N>(dx + at, v, count, out, streamed);
      }
  }
};

}  // namespace PARIBUS_ISA
}  // namespace paribus
