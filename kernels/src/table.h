// The kernels of one instruction set.
#pragma once

#include "parallel.h"
#include "shapes.h"

namespace paribus {

struct Table {
  const char* name;

  // y = x convolved with `kernel`, plus `bias` unless that is null.
  void (*convolve)(const Conv&, const float* x, const float* kernel, const float* bias, float* y, Pool&);
  // dx of the convolution described.
  void (*input_gradient)(const Conv&, const float* dy, const float* kernel, float* dx, Pool&);
  // dw and, unless null, db of the convolution described.
  void (*kernel_gradient)(const Conv&, const float* x, const float* dy, float* dw, float* db, Pool&);

  // Mean and variance of each channel of x: (rows, channels).
  void (*moments)(Index rows, Index channels, const float* x, float* mean, float* variance, Pool&);
  void (*forward)(const Block&, const Affine&, const float* x, float* y, Pool&);
  // Sums of the gradient before pooling and relu, and of its product with (x - mean), per channel.
  void (*sums)(const Block&, const Affine&, const float* x, const float* dy, float* of_gradient, float* of_product, Pool&);
  // dx = scale * g + slope * (x - mean) + base, g being that gradient; dx = g without an affine map.
  void (*backward)(const Block&, const Affine&, const float* slope, const float* base, const float* x, const float* dy,
                   float* dx, Pool&);
};

// Those that this processor runs, best first, ended by null.
const Table* const* tables();

// The best one, or the one that the environment variable PARIBUS_KERNELS_ISA names.
const Table& best_table();

}  // namespace paribus
