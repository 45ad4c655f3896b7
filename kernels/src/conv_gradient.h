// Gradients of convolutions by their kernels: sums over examples, in parts whose number depends on the shape alone.
#pragma once

#include "conv_direct.h"
#include "winograd.h"

namespace paribus {
namespace PARIBUS_ISA {

constexpr Index kMostParts = 16;
constexpr Index kMostPartFloats = 32 << 20;

// How many parts `items` are summed in, of so many floats each.
inline Index parts_of(Index items, Index floats) {
  return larger(1, smaller(smaller(items, kMostParts), kMostPartFloats / larger(floats, 1)));
}

inline Index part_begin(Index part, Index parts, Index items) { return part * items / parts; }

// sums[column] += the rows of dy, `step` apart.
inline void add_rows(const float* rows, Index count, Index step, Index columns, float* sums) {
  for (Index column = 0; column < columns; column += kLanes) {
    Vector sum = load(sums + column);
    for (Index row = 0; row < count; ++row) sum += load_part(rows + row * step + column, columns - column);
    store(sums + column, sum);
  }
}

inline void add_parts(const float* partials, Index parts, Index part_floats, Index count, float* to) {
  for (Index i = 0; i < count; i += kLanes) {
    Vector sum = load(partials + i);
    for (Index part = 1; part < parts; ++part) sum += load(partials + part * part_floats + i);
    store_part(to + i, sum, count - i);
  }
}

inline void kernel_gradient_directly(const Conv& conv, const float* x, const float* dy, float* dw, float* db, Pool& pool) {
  const Index channels = conv.channels / conv.groups, filters = conv.filters / conv.groups;
  const Index padded = ceil_div(filters, kColumns) * kColumns;
  const Index width = reach(conv.columns, conv.columns.out), line = width * channels;
  const Index terms = conv.rows.window * conv.columns.window * channels;
  const Index group_floats = (terms + 1) * padded;  // the last row sums dy
  const Index part_floats = conv.groups * group_floats;
  const Index parts = parts_of(conv.n, part_floats);
  const Index band = smaller(band_rows(conv.rows, line), larger(1, kBandFloats / larger(1, conv.columns.out * padded)));
  const Index image_in = conv.rows.in * conv.columns.in * conv.channels;
  const bool copied = conv.groups > 1 || padded != filters;
  std::vector<Index> offsets;
  for (Index row = 0; row < conv.rows.window; ++row)
    for (Index column = 0; column < conv.columns.window; ++column)
      for (Index channel = 0; channel < channels; ++channel)
        offsets.push_back(row * conv.rows.dilation * line + column * conv.columns.dilation * channels + channel);
  float* partials = scratch().partials.floats(parts * part_floats);
  share(pool, parts, [&](Index part) {
    float* sums = partials + part * part_floats;
    std::memset(sums, 0, static_cast<std::size_t>(part_floats) * sizeof(float));
    for (Index image = part_begin(part, parts, conv.n); image < part_begin(part + 1, parts, conv.n); ++image)
      for (Index first = 0; first < conv.rows.out; first += band) {
        const Index rows = smaller(band, conv.rows.out - first), pixels = rows * conv.columns.out;
        float* input = scratch().input.floats(reach(conv.rows, rows) * line);
        const float* outputs = dy + (image * conv.rows.out + first) * conv.columns.out * conv.filters;
        for (Index group = 0; group < conv.groups; ++group) {
          copy_band(conv, x + image * image_in, first, rows, group * channels, channels, input);
          const float* right = outputs;
          if (copied) {
            float* copy = scratch().output.floats(pixels * padded);
            std::memset(copy, 0, static_cast<std::size_t>(pixels * padded) * sizeof(float));
            for (Index pixel = 0; pixel < pixels; ++pixel)
              std::memcpy(copy + pixel * padded, outputs + pixel * conv.filters + group * filters,
                          static_cast<std::size_t>(filters) * sizeof(float));
            right = copy;
          }
          float* group_sums = sums + group * group_floats;
          add_rows(right, pixels, padded, padded, group_sums + terms * padded);
          for (Index filter = 0; filter < padded; filter += kColumns) {
            const Steps over{input,  conv.columns.stride * channels, conv.rows.stride * line, right + filter,
                             padded, conv.columns.out * padded,      conv.columns.out,        rows};
            for (Index term = 0; term < terms; term += kSumRows)
              outer_sum_of(smaller(kSumRows, terms - term))(over, offsets.data() + term, group_sums + term * padded + filter,
                                                            padded);
          }
        }
      }
  });
  for (Index group = 0; group < conv.groups; ++group) {
    const float* group_sums = partials + group * group_floats;
    for (Index term = 0; term < terms; ++term)
      add_parts(group_sums + term * padded, parts, part_floats, filters, dw + term * conv.filters + group * filters);
    if (db) add_parts(group_sums + terms * padded, parts, part_floats, filters, db + group * filters);
  }
}

// to[place] = A dy A' for the outputs' gradients of one tile, zero where there is no output.
inline void transform_output_gradient(const Conv& conv, const float* dy, const Tile& tile, const float* zeros,
                                      const Places& places, float* to) {
  const float* inputs[2][2];
  for (Index r = 0; r < 2; ++r)
    for (Index c = 0; c < 2; ++c) {
      const bool is_output = tile.row + r < conv.rows.out && tile.column + c < conv.columns.out;
      const Index pixel = (tile.image * conv.rows.out + tile.row + r) * conv.columns.out + tile.column + c;
      inputs[r][c] = is_output ? dy + pixel * conv.filters : zeros;
    }
  for (Index filter = 0; filter < conv.filters; filter += kLanes) {
    const Index count = conv.filters - filter;
    Vector halves[4][2];
    for (int c = 0; c < 2; ++c) {
      const Vector d0 = load_part(inputs[0][c] + filter, count), d1 = load_part(inputs[1][c] + filter, count);
      halves[0][c] = d0;
      halves[1][c] = d0 + d1;
      halves[2][c] = d0 - d1;
      halves[3][c] = -d1;
    }
    for (int a = 0; a < 4; ++a) {
      float* row = to + a * 4 * places.place + filter;
      store(row, halves[a][0]);
      store(row + places.place, halves[a][0] + halves[a][1]);
      store(row + 2 * places.place, halves[a][0] - halves[a][1]);
      store(row + 3 * places.place, -halves[a][1]);
    }
  }
}

// dw = G' u G for the vector of filters at `filter` of one channel, u being summed over parts.
inline void gather_kernel_gradient(const Conv& conv, const float* sums, Index place, Index parts, Index part_floats,
                                   Index channel, Index filter, float* dw) {
  Vector u[4][4];
  for (int a = 0; a < 4; ++a)
    for (int b = 0; b < 4; ++b) {
      const float* at = sums + (a * 4 + b) * place;
      u[a][b] = load(at);
      for (Index part = 1; part < parts; ++part) u[a][b] += load(at + part * part_floats);
    }
  const auto contract = [](const Vector g[4], Vector out[3]) {
    out[0] = g[0] + 0.5f * (g[1] + g[2]);
    out[1] = 0.5f * (g[1] - g[2]);
    out[2] = 0.5f * (g[1] + g[2]) + g[3];
  };
  Vector rows[4][3];
  for (int a = 0; a < 4; ++a) contract(u[a], rows[a]);
  for (int c = 0; c < 3; ++c) {
    const Vector g[4] = {rows[0][c], rows[1][c], rows[2][c], rows[3][c]};
    Vector out[3];
    contract(g, out);
    for (int r = 0; r < 3; ++r)
      store_part(dw + ((r * 3 + c) * conv.channels + channel) * conv.filters + filter, out[r], conv.filters - filter);
  }
}

inline void kernel_gradient_by_winograd(const Conv& conv, const float* x, const float* dy, float* dw, float* db, Pool& pool) {
  constexpr Index kTiles = 56;
  constexpr Index kSumPlace = 5;  // where A dy A' is the sum of the tile
  const Tiles tiles{conv};
  const Index padded = ceil_div(conv.filters, kColumns) * kColumns;
  const Places in(kTiles, conv.channels), out(kTiles, padded);
  const Index place_floats = conv.channels * padded, part_floats = kPlaces * place_floats + padded;
  const Index blocks = ceil_div(tiles.total, kTiles), parts = parts_of(blocks, part_floats);
  float* partials = scratch().partials.floats(parts * part_floats);
  Index offsets[kSumRows];
  for (Index m = 0; m < kSumRows; ++m) offsets[m] = m;
  share(pool, parts, [&](Index part) {
    float* sums = partials + part * part_floats;
    std::memset(sums, 0, static_cast<std::size_t>(part_floats) * sizeof(float));
    const float* zeros = zero_channels(larger(conv.channels, conv.filters));
    float* inputs = scratch().input.floats(in.floats);
    float* outputs = scratch().output.floats(out.floats);
    std::memset(outputs, 0, static_cast<std::size_t>(out.floats) * sizeof(float));
    for (Index block = part_begin(part, parts, blocks); block < part_begin(part + 1, parts, blocks); ++block) {
      const Index first = block * kTiles, count = smaller(kTiles, tiles.total - first);
      for (Index t = 0; t < count; ++t) {
        const Tile tile = tile_at(tiles, first + t);
        transform_input(conv, x, tile, zeros, in, inputs + t * in.row);
        transform_output_gradient(conv, dy, tile, zeros, out, outputs + t * out.row);
      }
      add_rows(outputs + kSumPlace * out.place, count, out.row, padded, sums + kPlaces * place_floats);
      for (Index place = 0; place < kPlaces; ++place)
        for (Index filter = 0; filter < padded; filter += kColumns)
          for (Index channel = 0; channel < conv.channels; channel += kSumRows) {
            const Steps over{
                inputs + place * in.place + channel, in.row, 0, outputs + place * out.place + filter, out.row, 0, count, 1};
            outer_sum_of(smaller(kSumRows, conv.channels - channel))(
                over, offsets, sums + place * place_floats + channel * padded + filter, padded);
          }
    }
  });
  share(pool, conv.channels, [&](Index channel) {
    for (Index filter = 0; filter < conv.filters; filter += kLanes)
      gather_kernel_gradient(conv, partials + channel * padded + filter, place_floats, parts, part_floats, channel, filter, dw);
  });
  if (db) add_parts(partials + kPlaces * place_floats, parts, part_floats, conv.filters, db);
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
