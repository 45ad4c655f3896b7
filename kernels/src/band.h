// A band of an image with its padding written out, so that the loops over it know no borders.
#pragma once

#include "product.h"

namespace paribus {
namespace PARIBUS_ISA {

constexpr Index kBandFloats = 24 * 1024;

// Size of the padded input that `out` outputs of an axis read.
inline Index reach(const Axis& axis, Index out) { return (out - 1) * axis.stride + (axis.window - 1) * axis.dilation + 1; }

// Outputs whose padded input of `floats` per row fits a band; one at least.
inline Index band_rows(const Axis& rows, Index floats) {
  const Index room = kBandFloats / larger(floats, 1) - (rows.window - 1) * rows.dilation - 1;
  return smaller(rows.out, larger(1, room < 0 ? 1 : room / rows.stride + 1));
}

// Input index at a padded position; -1 where there is a zero.
inline Index source(const Axis& axis, Index padded) {
  const Index place = padded - axis.pad;
  if (place < 0 || place % axis.spread != 0) return -1;
  return place / axis.spread < axis.in ? place / axis.spread : -1;
}

// Copies channels [first, first + count) of the rows that outputs [row, row + rows) of `image` read, with zeros around.
inline void copy_band(const Conv& conv, const float* image, Index row, Index rows, Index first, Index count, float* band) {
  const Index height = reach(conv.rows, rows), width = reach(conv.columns, conv.columns.out);
  const Index line = width * count;
  std::memset(band, 0, static_cast<std::size_t>(height * line) * sizeof(float));
  for (Index r = 0; r < height; ++r) {
    const Index from = source(conv.rows, row * conv.rows.stride + r);
    if (from < 0) continue;
    const float* in = image + from * conv.columns.in * conv.channels + first;
    if (conv.columns.spread == 1 && count == conv.channels) {
      const Index begin = larger(0, conv.columns.pad), end = smaller(width, conv.columns.in + conv.columns.pad);
      if (end > begin)
        std::memcpy(band + r * line + begin * count, in + (begin - conv.columns.pad) * count,
                    static_cast<std::size_t>((end - begin) * count) * sizeof(float));
      continue;
    }
    for (Index c = 0; c < width; ++c) {
      const Index column = source(conv.columns, c);
      if (column >= 0)
        std::memcpy(band + r * line + c * count, in + column * conv.channels, static_cast<std::size_t>(count) * sizeof(float));
    }
  }
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
