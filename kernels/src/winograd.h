// F(2x2, 3x3): 3x3 convolutions of stride 1 with 16 products for every 2x2 outputs instead of 36.
// Winograd (1980), Arithmetic complexity of computations; Lavin and Gray (2015), arXiv 1509.09308.
#pragma once

#include "packed.h"
#include "parallel.h"
#include "scratch.h"

namespace paribus {
namespace PARIBUS_ISA {

constexpr Index kPlaces = 16;  // of a transformed tile, 4 x 4
constexpr Index kFewestChannels = 16;

inline bool fits_winograd(const Conv& conv) {
  const auto plain = [](const Axis& axis) {
    return axis.window == 3 && axis.stride == 1 && axis.dilation == 1 && axis.spread == 1;
  };
  return plain(conv.rows) && plain(conv.columns) && conv.groups == 1 && conv.channels >= kFewestChannels &&
         conv.filters >= kFewestChannels;
}

// The 2x2 tiles of all images' outputs, row by row.
struct Tiles {
  const Conv& conv;
  Index down = ceil_div(conv.rows.out, 2);
  Index across = ceil_div(conv.columns.out, 2);
  Index total = conv.n * down * across;
};

struct Tile {
  Index image, row, column;  // of its first output
};

inline Tile tile_at(const Tiles& tiles, Index number) {
  const Index in_image = number % (tiles.down * tiles.across);
  return {number / (tiles.down * tiles.across), in_image / tiles.across * 2, in_image % tiles.across * 2};
}

// Rows of channels, apart enough that the sixteen places of a tile do not meet in one set of the cache.
struct Places {
  Index row;    // floats from tile to tile
  Index place;  // floats from place to place
  Index floats;

  Places(Index tiles, Index channels)
      : row(ceil_div(channels, kLanes) * kLanes), place(tiles * row + 16), floats(kPlaces * place) {}
};

inline void difference_rows(const Vector d[4], Vector out[4]) {
  out[0] = d[0] - d[2];
  out[1] = d[1] + d[2];
  out[2] = d[2] - d[1];
  out[3] = d[1] - d[3];
}

// to[place] = B' d B for the 4x4 inputs d of one tile, channel by channel.
inline void transform_input(const Conv& conv, const float* x, const Tile& tile, const float* zeros, const Places& places,
                            float* to) {
  const float* inputs[4][4];
  for (Index a = 0; a < 4; ++a) {
    const Index row = tile.row - conv.rows.pad + a;
    const bool row_in = row >= 0 && row < conv.rows.in;
    const float* line = x + (tile.image * conv.rows.in + (row_in ? row : 0)) * conv.columns.in * conv.channels;
    for (Index b = 0; b < 4; ++b) {
      const Index column = tile.column - conv.columns.pad + b;
      inputs[a][b] = row_in && column >= 0 && column < conv.columns.in ? line + column * conv.channels : zeros;
    }
  }
  for (Index channel = 0; channel < conv.channels; channel += kLanes) {
    const Index count = conv.channels - channel;
    Vector columns[4][4];
    for (int a = 0; a < 4; ++a) {
      Vector d[4];
      for (int b = 0; b < 4; ++b) d[b] = load_part(inputs[a][b] + channel, count);
      difference_rows(d, columns[a]);
    }
    for (int b = 0; b < 4; ++b) {
      const Vector d[4] = {columns[0][b], columns[1][b], columns[2][b], columns[3][b]};
      Vector out[4];
      difference_rows(d, out);
      for (int a = 0; a < 4; ++a) store(to + (a * 4 + b) * places.place + channel, out[a]);
    }
  }
}

// packed[block][place][channel][kColumns] = G g G' for every channel and filter.
inline void transform_kernel(const Kernel& kernel, float* packed) {
  const auto expand = [](const float g[3], float out[4]) {
    out[0] = g[0];
    out[1] = 0.5f * (g[0] + g[1] + g[2]);
    out[2] = 0.5f * (g[0] - g[1] + g[2]);
    out[3] = g[2];
  };
  for (Index filter = 0; filter < kernel.blocks() * kColumns; ++filter)
    for (Index channel = 0; channel < kernel.channels; ++channel) {
      float rows[3][4], columns[4][4] = {};
      if (filter < kernel.filters)
        for (int r = 0; r < 3; ++r) {
          float g[3];
          for (int c = 0; c < 3; ++c) g[c] = kernel.at(0, r, c, channel, filter);
          expand(g, rows[r]);
        }
      for (int b = 0; b < 4 && filter < kernel.filters; ++b) {
        const float g[3] = {rows[0][b], rows[1][b], rows[2][b]};
        expand(g, columns[b]);
      }
      float* to = packed + filter / kColumns * kPlaces * kernel.channels * kColumns + channel * kColumns + filter % kColumns;
      for (int a = 0; a < 4; ++a)
        for (int b = 0; b < 4; ++b) to[(a * 4 + b) * kernel.channels * kColumns] = columns[b][a];
    }
}

struct Pair {
  Vector first, second;
};

inline Pair sum_four(Vector a, Vector b, Vector c, Vector d) { return {a + b + c, b - c - d}; }

// y = A' m A + bias for the outputs of one tile that exist, for `valid` filters of a block.
inline void transform_output(const Conv& conv, const float* from, Index place, const Tile& tile, const float* bias,
                             Index filter, float* y, bool streamed) {
  const Index rows = smaller(2, conv.rows.out - tile.row), columns = smaller(2, conv.columns.out - tile.column);
  float* out = y + ((tile.image * conv.rows.out + tile.row) * conv.columns.out + tile.column) * conv.filters + filter;
  for (Index lane = 0; lane < kColumns && filter + lane < conv.filters; lane += kLanes) {
    Pair halves[4];
    for (int b = 0; b < 4; ++b) {
      Vector m[4];
      for (int a = 0; a < 4; ++a) m[a] = load(from + (a * 4 + b) * place + lane);
      halves[b] = sum_four(m[0], m[1], m[2], m[3]);
    }
    const Vector base = bias ? load(bias + lane) : Vector{};
    const Pair top = sum_four(halves[0].first, halves[1].first, halves[2].first, halves[3].first);
    const Pair bottom = sum_four(halves[0].second, halves[1].second, halves[2].second, halves[3].second);
    const Vector values[2][2] = {{top.first + base, top.second + base}, {bottom.first + base, bottom.second + base}};
    for (Index r = 0; r < rows; ++r)
      for (Index c = 0; c < columns; ++c) {
        float* to = out + (r * conv.columns.out + c) * conv.filters + lane;
        write(to, values[r][c], conv.filters - filter - lane, streamed);
      }
  }
}

inline const float* zero_channels(Index channels) {
  float* zeros = scratch().zeros.floats(channels + kLanes);
  std::memset(zeros, 0, static_cast<std::size_t>(channels + kLanes) * sizeof(float));
  return zeros;
}

inline void convolve_by_winograd(const Conv& conv, const Kernel& kernel, const float* x, const float* bias, float* y,
                                 Pool& pool) {
  constexpr Index kTiles = kRegisters == 32 ? 2 * kRows : 4 * kRows;
  const Index block_floats = kPlaces * kernel.channels * kColumns;
  float* packed = scratch().kernel.floats(kernel.blocks() * (block_floats + kColumns));
  const float* biases = pack_bias(bias, kernel, packed + kernel.blocks() * block_floats);
  transform_kernel(kernel, packed);
  const Tiles tiles{conv};
  const Places in(kTiles, conv.channels), out(kTiles, kColumns);
  const bool streamed = streams(y, conv.n * conv.rows.out * conv.columns.out * conv.filters, conv.filters);
  const Index no_offset = 0;
  share(pool, ceil_div(tiles.total, kTiles), [&](Index task) {
    const Index first = task * kTiles, count = smaller(kTiles, tiles.total - first);
    const float* zeros = zero_channels(conv.channels);
    float* inputs = scratch().input.floats(in.floats);
    float* outputs = scratch().output.floats(out.floats);
    for (Index t = 0; t < count; ++t) transform_input(conv, x, tile_at(tiles, first + t), zeros, in, inputs + t * in.row);
    for (Index block = 0; block < kernel.blocks(); ++block) {
      for (Index place = 0; place < kPlaces; ++place) {
        const float* right = packed + block * block_floats + place * conv.channels * kColumns;
        for (Index t = 0; t < count; t += kRows) {
          const Rows left{inputs + place * in.place + t * in.row, in.row, &no_offset, 1, conv.channels};
          product_of(smaller(kRows, count - t))(left, right, nullptr, outputs + place * out.place + t * out.row, out.row,
                                                kColumns, false);
        }
      }
      const float* bias_block = biases ? biases + block * kColumns : nullptr;
      for (Index t = 0; t < count; ++t)
        transform_output(conv, outputs + t * out.row, out.place, tile_at(tiles, first + t), bias_block, block * kColumns, y,
                         streamed);
    }
    if (streamed) finish_streams();
  });
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
