// The same, pooled: one image at a time, whose gradient before pooling is gathered in memory of the task's own.
#pragma once

#include "block_plain.h"

namespace paribus {
namespace PARIBUS_ISA {

// The inputs of a window that exist.
struct Window {
  Index first_row, rows, first_column, columns;
};

inline void clip(const Axis& axis, Index out, Index* first, Index* count) {
  const Index begin = out * axis.stride - axis.pad;
  *first = larger(0, begin);
  *count = larger(0, smaller(axis.in, begin + axis.window) - *first);
}

inline Window window_at(const Block& block, Index row, Index column) {
  Window window;
  clip(block.rows, row, &window.first_row, &window.rows);
  clip(block.columns, column, &window.first_column, &window.columns);
  return window;
}

// Calls tap(number, offset) for the inputs of a window, with `offset` in floats from the image's beginning.
template <typename Tap>
inline __attribute__((always_inline)) void over_taps(const Block& block, const Window& window, const Tap& tap) {
  const Index line = block.columns.in * block.channels;
  const Index corner = window.first_row * line + window.first_column * block.channels;
  if (window.rows == 2 && window.columns == 2) {
    tap(0, corner);
    tap(1, corner + block.channels);
    tap(2, corner + line);
    tap(3, corner + line + block.channels);
    return;
  }
  for (Index row = 0; row < window.rows; ++row)
    for (Index column = 0; column < window.columns; ++column)
      tap(static_cast<std::int32_t>(row * window.columns + column), corner + row * line + column * block.channels);
}

// One vector of channels of the map; the identity where there is none.
struct Mapped {
  Vector mean{}, scale = all(1.0f), offset{};
  bool affine;

  Mapped(const Block& block, const Affine& map, Index channel, Index count) : affine(block.affine) {
    if (!affine) return;
    mean = load_part(map.mean + channel, count);
    scale = load_part(map.scale + channel, count);
    offset = load_part(map.offset + channel, count);
  }

  Vector operator()(Vector x) const { return affine ? (x - mean) * scale + offset : x; }
};

// The first maximum of a window: its value after the map, its input, and which tap it is. NaN is larger than all.
struct Maximum {
  Vector value, input;
  Mask tap;
};

inline Maximum maximum_of(const Block& block, const Window& window, const Mapped& map, const float* x, Index channel,
                          Index count) {
  Maximum found{all(-__builtin_inff()), Vector{}, Mask{} - 1};
  over_taps(block, window, [&](std::int32_t number, Index offset) {
    const Vector input = load_part(x + offset + channel, count), value = map(input);
    const Mask taken = (value > found.value) | (value != value) | ((found.tap < 0) & (value == found.value));
    found.value = taken ? value : found.value;
    found.input = taken ? input : found.input;
    found.tap = taken ? (Mask{} + number) : found.tap;
  });
  return found;
}

inline void pool_image(const Block& block, const Affine& affine, const float* x, float* y, bool streamed) {
  for (Index row = 0; row < block.rows.out; ++row)
    for (Index channel = 0; channel < block.channels; channel += kLanes) {
      const Index count = block.channels - channel;
      const Mapped map(block, affine, channel, count);
      for (Index column = 0; column < block.columns.out; ++column) {
        const Window window = window_at(block, row, column);
        Vector value;
        if (block.pooling == Pooling::max) {
          value = maximum_of(block, window, map, x, channel, count).value;
          if (block.relu) value = rectify(value);
        } else {
          Vector sum{};
          over_taps(block, window, [&](std::int32_t, Index offset) {
            const Vector mapped = map(load_part(x + offset + channel, count));
            sum += block.relu ? rectify(mapped) : mapped;
          });
          value = sum / all(static_cast<float>(window.rows * window.columns));
        }
        float* to = y + (row * block.columns.out + column) * block.channels + channel;
        write(to, value, count, streamed);
      }
    }
}

// Calls each(channel, count, map, input, offset, gradient) for every input that the gradient of a row of windows reaches.
template <typename Each>
inline __attribute__((always_inline)) void over_gradients(const Block& block, const Affine& affine, Index row, const float* x,
                                                          const float* dy, const Each& each) {
  for (Index channel = 0; channel < block.channels; channel += kLanes) {
    const Index count = block.channels - channel;
    const Mapped map(block, affine, channel, count);
    for (Index column = 0; column < block.columns.out; ++column) {
      const Window window = window_at(block, row, column);
      Vector gradient = load_part(dy + (row * block.columns.out + column) * block.channels + channel, count);
      if (block.pooling == Pooling::max) {
        const Maximum found = maximum_of(block, window, map, x, channel, count);
        if (block.relu) gradient = rectified_gradient(found.value, gradient);
        over_taps(block, window, [&](std::int32_t number, Index offset) {
          const Mask here = found.tap == (Mask{} + number);
          each(channel, count, map, load_part(x + offset + channel, count), offset, here ? gradient : Vector{});
        });
      } else {
        gradient /= all(static_cast<float>(window.rows * window.columns));
        over_taps(block, window, [&](std::int32_t, Index offset) {
          const Vector input = load_part(x + offset + channel, count);
          each(channel, count, map, input, offset, block.relu ? rectified_gradient(map(input), gradient) : gradient);
        });
      }
    }
  }
}

// Sums of the gradient before pooling, and of its product with (x - mean), over one image; each row on its own first.
inline void pooled_sums(const Block& block, const Affine& affine, const float* x, const float* dy, float* of_gradient,
                        float* of_product) {
  const std::size_t bytes = static_cast<std::size_t>(block.channels) * sizeof(float);
  float* row_gradient = scratch().output.floats(2 * block.channels);
  float* row_product = row_gradient + block.channels;
  std::memset(of_gradient, 0, bytes);
  std::memset(of_product, 0, bytes);
  for (Index row = 0; row < block.rows.out; ++row) {
    std::memset(row_gradient, 0, 2 * bytes);
    over_gradients(block, affine, row, x, dy,
                   [&](Index channel, Index count, const Mapped& map, Vector input, Index, Vector gradient) {
                     add_part(row_gradient + channel, gradient, count);
                     add_part(row_product + channel, gradient * (input - map.mean), count);
                   });
    for (Index channel = 0; channel < block.channels; channel += kLanes) {
      const Index count = block.channels - channel;
      add_part(of_gradient + channel, load_part(row_gradient + channel, count), count);
      add_part(of_product + channel, load_part(row_product + channel, count), count);
    }
  }
}

// Whether every input is in one window exactly, so that gradients are put down instead of added.
inline bool covers(const Block& block) {
  const auto exact = [](const Axis& axis) {
    return axis.stride == axis.window && axis.pad == 0 && axis.out * axis.window == axis.in;
  };
  return exact(block.rows) && exact(block.columns);
}

// dx = scale * g + slope * (x - mean) + base for one image, g being the gradient before pooling.
inline void pooled_gradient(const Block& block, const Affine& affine, const float* slope, const float* base, const float* x,
                            const float* dy, float* dx, bool streamed) {
  const Index pixels = block.rows.in * block.columns.in, floats = pixels * block.channels;
  const bool exact = covers(block);
  float* gathered = scratch().output.floats(floats);
  if (!exact) std::memset(gathered, 0, static_cast<std::size_t>(floats) * sizeof(float));
  for (Index row = 0; row < block.rows.out; ++row)
    over_gradients(block, affine, row, x, dy,
                   [&](Index channel, Index count, const Mapped&, Vector, Index offset, Vector gradient) {
                     float* to = gathered + offset + channel;
                     if (exact) {
                       store_part(to, gradient, count);
                     } else {
                       add_part(to, gradient, count);
                     }
                   });
  if (!block.affine) {
    std::memcpy(dx, gathered, static_cast<std::size_t>(floats) * sizeof(float));
    return;
  }
  Block unpooled = block;
  unpooled.relu = false;
  over_channels(block.channels, PlainGradient{unpooled, affine, slope, base, x, gathered, dx, pixels, streamed});
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
