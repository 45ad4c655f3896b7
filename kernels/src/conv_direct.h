// Convolutions of every shape, tap by tap.
#pragma once

#include <vector>

#include "band.h"
#include "packed.h"
#include "parallel.h"
#include "scratch.h"

namespace paribus {
namespace PARIBUS_ISA {

// Where the taps of a window lie in a band: runs of neighbouring terms.
struct Taps {
  std::vector<Index> runs;
  Index length;
};

inline Taps taps_of(const Conv& conv, Index channels) {
  const Index width = reach(conv.columns, conv.columns.out);
  const bool joined = conv.columns.dilation == 1;
  Taps taps{{}, joined ? conv.columns.window * channels : channels};
  for (Index row = 0; row < conv.rows.window; ++row)
    for (Index column = 0; column < (joined ? 1 : conv.columns.window); ++column)
      taps.runs.push_back((row * conv.rows.dilation * width + column * conv.columns.dilation) * channels);
  return taps;
}

inline void convolve_directly(const Conv& conv, const Kernel& kernel, const float* x, const float* bias, float* y, Pool& pool) {
  const Index padded = kernel.blocks() * kColumns;
  float* packed = scratch().kernel.floats(kernel.groups * padded * (kernel.terms() + 1));
  const float* biases = pack_bias(bias, kernel, packed + kernel.groups * padded * kernel.terms());
  pack(kernel, packed);
  const Taps taps = taps_of(conv, kernel.channels);
  const Index width = reach(conv.columns, conv.columns.out), line = width * kernel.channels;
  const Index band = band_rows(conv.rows, line), bands = ceil_div(conv.rows.out, band);
  const Index image_in = conv.rows.in * conv.columns.in * conv.channels;
  const Index image_out = conv.rows.out * conv.columns.out * conv.filters;
  const bool streamed = streams(y, conv.n * image_out, conv.filters) && kernel.filters % kColumns == 0;
  share(pool, conv.n * bands, [&](Index task) {
    const Index image = task / bands, first = task % bands * band, rows = smaller(band, conv.rows.out - first);
    float* input = scratch().input.floats(reach(conv.rows, rows) * line);
    for (Index group = 0; group < kernel.groups; ++group) {
      copy_band(conv, x + image * image_in, first, rows, group * kernel.channels, kernel.channels, input);
      for (Index block = 0; block < kernel.blocks(); ++block) {
        const Index place = group * kernel.blocks() + block, filter = block * kColumns;
        const float* right = packed + place * kColumns * kernel.terms();
        const float* bias_block = biases ? biases + place * kColumns : nullptr;
        for (Index row = 0; row < rows; ++row) {
          float* out =
              y + image * image_out + (first + row) * conv.columns.out * conv.filters + group * kernel.filters + filter;
          const float* in = input + row * conv.rows.stride * line;
          const Index step = conv.columns.stride * kernel.channels;
          for (Index column = 0; column < conv.columns.out; column += kRows) {
            const Index count = smaller(kRows, conv.columns.out - column);
            const Rows left{in + column * step, step, taps.runs.data(), static_cast<Index>(taps.runs.size()), taps.length};
            product_of(count)(left, right, bias_block, out + column * conv.filters, conv.filters, kernel.filters - filter,
                              streamed);
          }
        }
      }
    }
    if (streamed) finish_streams();
  });
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
