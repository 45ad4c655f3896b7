// Compiled once per instruction set, in a namespace of its own.
#include "block_pooled.h"
#include "conv_gradient.h"
#include "table.h"

namespace paribus {
namespace PARIBUS_ISA {
namespace {

Index input_floats(const Conv& conv) { return conv.n * conv.rows.in * conv.columns.in * conv.channels; }
Index output_floats(const Conv& conv) { return conv.n * conv.rows.out * conv.columns.out * conv.filters; }

void clear(float* to, Index floats) {
  if (floats > 0) std::memset(to, 0, static_cast<std::size_t>(floats) * sizeof(float));  // an empty array may be null
}

void convolve_any(const Conv& conv, const Kernel& kernel, const float* x, const float* bias, float* y, Pool& pool) {
  if (output_floats(conv) == 0) return;
  if (fits_winograd(conv)) {
    convolve_by_winograd(conv, kernel, x, bias, y, pool);
  } else {
    convolve_directly(conv, kernel, x, bias, y, pool);
  }
}

void convolve(const Conv& conv, const float* x, const float* kernel, const float* bias, float* y, Pool& pool) {
  const Kernel as_given{
      kernel, conv.rows.window, conv.columns.window, conv.channels / conv.groups, conv.filters / conv.groups, conv.groups,
      false};
  convolve_any(conv, as_given, x, bias, y, pool);
}

// The axis of the convolution that takes dy to dx.
Axis turned(const Axis& axis) {
  Axis back = axis;
  back.in = axis.out;
  back.out = axis.in;
  back.stride = 1;
  back.spread = axis.stride;
  back.pad = (axis.window - 1) * axis.dilation - axis.pad;
  return back;
}

void input_gradient(const Conv& conv, const float* dy, const float* kernel, float* dx, Pool& pool) {
  if (output_floats(conv) == 0) return clear(dx, input_floats(conv));
  const Conv back{conv.n, turned(conv.rows), turned(conv.columns), conv.filters, conv.channels, conv.groups};
  const Kernel around{
      kernel, conv.rows.window, conv.columns.window, conv.filters / conv.groups, conv.channels / conv.groups, conv.groups,
      true};
  convolve_any(back, around, dy, nullptr, dx, pool);
}

void kernel_gradient(const Conv& conv, const float* x, const float* dy, float* dw, float* db, Pool& pool) {
  if (output_floats(conv) == 0) {
    clear(dw, conv.rows.window * conv.columns.window * conv.channels / conv.groups * conv.filters);
    if (db) clear(db, conv.filters);
    return;
  }
  if (fits_winograd(conv)) {
    kernel_gradient_by_winograd(conv, x, dy, dw, db, pool);
  } else {
    kernel_gradient_directly(conv, x, dy, dw, db, pool);
  }
}

// The pixels of a block without pooling.
Chunks chunks_of(const Block& block) { return Chunks(block.n * block.rows.in * block.columns.in, block.channels); }

Index pixels_in(const Block& block) { return block.rows.in * block.columns.in * block.channels; }
Index pixels_out(const Block& block) { return block.rows.out * block.columns.out * block.channels; }

void forward(const Block& block, const Affine& affine, const float* x, float* y, Pool& pool) {
  const bool streamed = streams(y, block.n * pixels_out(block), block.channels);
  if (block.pooling != Pooling::none)
    return share(pool, block.n, [&](Index image) {
      pool_image(block, affine, x + image * pixels_in(block), y + image * pixels_out(block), streamed);
      if (streamed) finish_streams();
    });
  const Chunks chunks = chunks_of(block);
  share(pool, chunks.count, [&](Index task) {
    const Index at = task * chunks.chunk * block.channels;
    over_channels(block.channels, PlainForward{block, affine, x + at, y + at, chunks.size(task), streamed});
    if (streamed) finish_streams();
  });
}

void sums(const Block& block, const Affine& affine, const float* x, const float* dy, float* of_gradient, float* of_product,
          Pool& pool) {
  const Chunks chunks = chunks_of(block);
  const bool pooled = block.pooling != Pooling::none;
  const Index parts = pooled ? block.n : chunks.count, step = 2 * block.channels;
  float* partials = scratch().partials.floats(parts * step);
  share(pool, parts, [&](Index task) {
    float* mine = partials + task * step;
    if (pooled)
      return pooled_sums(block, affine, x + task * pixels_in(block), dy + task * pixels_out(block), mine,
                         mine + block.channels);
    const Index at = task * chunks.chunk * block.channels;
    over_channels(block.channels, PlainSums{block, affine, x + at, dy + at, chunks.size(task), mine, mine + block.channels});
  });
  add_in_double(partials, parts, step, block.channels, of_gradient);
  add_in_double(partials + block.channels, parts, step, block.channels, of_product);
}

void backward(const Block& block, const Affine& affine, const float* slope, const float* base, const float* x, const float* dy,
              float* dx, Pool& pool) {
  const bool streamed = streams(dx, block.n * pixels_in(block), block.channels);
  if (block.pooling != Pooling::none)
    return share(pool, block.n, [&](Index image) {
      const Index at = image * pixels_in(block);
      pooled_gradient(block, affine, slope, base, x + at, dy + image * pixels_out(block), dx + at, streamed);
      if (streamed) finish_streams();
    });
  const Chunks chunks = chunks_of(block);
  share(pool, chunks.count, [&](Index task) {
    const Index at = task * chunks.chunk * block.channels;
    over_channels(block.channels,
                  PlainGradient{block, affine, slope, base, x + at, dy + at, dx + at, chunks.size(task), streamed});
    if (streamed) finish_streams();
  });
}

#define PARIBUS_TEXT_OF(name) #name
#define PARIBUS_TEXT(name) PARIBUS_TEXT_OF(name)

}  // namespace

extern const Table table;
const Table table{
    PARIBUS_TEXT(PARIBUS_ISA), &convolve, &input_gradient, &kernel_gradient, &moments, &forward, &sums, &backward};

}  // namespace PARIBUS_ISA
}  // namespace paribus
