// What the kernels compute, as plain numbers. All arrays are float32, dense, channels last.
#pragma once

#include <cstdint>

namespace paribus {

using Index = std::int64_t;

// One spatial axis of a convolution or a pooling.
struct Axis {
  Index in = 0;        // input size
  Index out = 0;       // output size
  Index window = 1;    // kernel or pool size
  Index stride = 1;    // step of the window
  Index dilation = 1;  // step within the window
  Index pad = 0;       // zeros before the input; negative: so much of it is cut off
  Index spread = 1;    // step between neighbouring inputs, zeros in between (gradient of a strided convolution)
};

// x: (n, rows.in, columns.in, channels); kernel: (rows.window, columns.window, channels / groups, filters);
// y: (n, rows.out, columns.out, filters).
struct Conv {
  Index n = 0;
  Axis rows, columns;
  Index channels = 0;
  Index filters = 0;
  Index groups = 1;
};

enum class Pooling : Index { none = 0, max = 1, average = 2 };

// act = relu(scale * (x - mean) + offset), pooled. Each step may be left out.
// x: (n, rows.in, columns.in, channels); y: (n, rows.out, columns.out, channels).
struct Block {
  Index n = 0;
  Axis rows, columns;
  Index channels = 0;
  bool affine = true;
  bool relu = false;
  Pooling pooling = Pooling::none;
};

// Per channel; null where `affine` is false.
struct Affine {
  const float* mean = nullptr;
  const float* scale = nullptr;
  const float* offset = nullptr;
};

}  // namespace paribus
