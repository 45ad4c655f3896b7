// Kernels in the order in which the products read them.
#pragma once

#include "product.h"

namespace paribus {
namespace PARIBUS_ISA {

// A convolution's kernel, or the one that its gradient by the input convolves with: turned round, channels and filters swapped.
struct Kernel {
  const float* data;
  Index rows, columns;      // windows
  Index channels, filters;  // per group, of the convolution at hand
  Index groups;
  bool turned;

  float at(Index group, Index row, Index column, Index channel, Index filter) const {
    if (!turned) return data[((row * columns + column) * channels + channel) * filters * groups + group * filters + filter];
    const Index place = (rows - 1 - row) * columns + (columns - 1 - column);
    return data[(place * filters + filter) * channels * groups + group * channels + channel];
  }

  Index blocks() const { return ceil_div(filters, kColumns); }
  Index terms() const { return rows * columns * channels; }
};

// packed[group][block][row][column][channel][kColumns], filters beyond the last one zero.
inline void pack(const Kernel& kernel, float* packed) {
  for (Index group = 0; group < kernel.groups; ++group)
    for (Index block = 0; block < kernel.blocks(); ++block)
      for (Index row = 0; row < kernel.rows; ++row)
        for (Index column = 0; column < kernel.columns; ++column)
          for (Index channel = 0; channel < kernel.channels; ++channel)
            for (Index lane = 0; lane < kColumns; ++lane) {
              const Index filter = block * kColumns + lane;
              *packed++ = filter < kernel.filters ? kernel.at(group, row, column, channel, filter) : 0.0f;
            }
}

// Biases by group and block, those beyond the last filter zero; null stays null.
inline const float* pack_bias(const float* bias, const Kernel& kernel, float* packed) {
  if (bias == nullptr) return nullptr;
  const Index padded = kernel.blocks() * kColumns;
  for (Index group = 0; group < kernel.groups; ++group)
    for (Index filter = 0; filter < padded; ++filter)
      packed[group * padded + filter] = filter < kernel.filters ? bias[group * kernel.filters + filter] : 0.0f;
  return packed;
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
