// The innermost loops: small blocks of a matrix product, held in registers.
#pragma once

#include <utility>

#include "vector.h"

namespace paribus {
namespace PARIBUS_ISA {

// Columns of a block are kWide vectors; rows are as many as the registers hold beside them.
constexpr int kWide = 2;
constexpr Index kColumns = kWide * kLanes;
constexpr int kRows = kRegisters == 32 ? 14 : 6;
constexpr int kSumRows = kRegisters == 32 ? 12 : 6;

// Where the rows of the left factor lie: row p, term i of run t at base + p * step + runs[t] + i.
struct Rows {
  const float* base;
  Index step;
  const Index* runs;
  Index n_runs;
  Index length;
};

// out[p] = bias + sum of left[p, i] * right[i]; `right` has kColumns per term, run after run.
// P rows of which the first `valid` columns are written, `out_step` apart.
template <int P>
inline void product(const Rows& left, const float* right, const float* bias, float* out, Index out_step, Index valid,
                    bool streamed) {
  Vector sums[P][kWide];
  const Vector b0 = bias ? load(bias) : Vector{}, b1 = bias ? load(bias + kLanes) : Vector{};
#pragma GCC unroll 16
  for (int p = 0; p < P; ++p) {
    sums[p][0] = b0;
    sums[p][1] = b1;
  }
  constexpr int kBases = (P + 2) / 3;
  const Index step = left.step;
  for (Index run = 0; run < left.n_runs; ++run) {
    const float* rows[kBases];
#pragma GCC unroll 16
    for (int b = 0; b < kBases; ++b) rows[b] = left.base + left.runs[run] + 3 * b * step;
    for (Index i = 0; i < left.length; ++i) {
      const Vector r0 = load(right), r1 = load(right + kLanes);
      right += kColumns;
#pragma GCC unroll 16
      for (int p = 0; p < P; ++p) {
        const Vector value = all(rows[p / 3][(p % 3) * step]);
        sums[p][0] += value * r0;
        sums[p][1] += value * r1;
      }
#pragma GCC unroll 16
      for (int b = 0; b < kBases; ++b) ++rows[b];
    }
  }
  if (valid >= kColumns && streamed) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
      stream(out + p * out_step, sums[p][0]);
      stream(out + p * out_step + kLanes, sums[p][1]);
    }
  } else if (valid >= kColumns) {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
      store(out + p * out_step, sums[p][0]);
      store(out + p * out_step + kLanes, sums[p][1]);
    }
  } else {
#pragma GCC unroll 16
    for (int p = 0; p < P; ++p) {
      store_part(out + p * out_step, sums[p][0], valid);
      if (valid > kLanes) store_part(out + p * out_step + kLanes, sums[p][1], valid - kLanes);
    }
  }
}

using Product = void (*)(const Rows&, const float*, const float*, float*, Index, Index, bool);

template <int... P>
inline Product product_of(int rows, std::integer_sequence<int, P...>) {
  constexpr Product table[] = {&product<P + 1>...};
  return table[rows - 1];
}

// `rows` from 1 to kRows.
inline Product product_of(Index rows) { return product_of(static_cast<int>(rows), std::make_integer_sequence<int, kRows>()); }

// Pairs of vectors whose products are summed: `steps` of them in each of `lines` lines.
struct Steps {
  const float* left;
  Index left_step, left_line;
  const float* right;
  Index right_step, right_line;
  Index steps, lines;
};

// sums[m] += sum over steps of left[offsets[m]] * right, for M offsets and kColumns columns.
template <int M>
inline void outer_sum(const Steps& over, const Index* offsets, float* sums, Index sums_step) {
  Vector block[M][kWide] = {};  // summed on its own first, which keeps rounding small
  for (Index line = 0; line < over.lines; ++line) {
    const float* left = over.left + line * over.left_line;
    const float* right = over.right + line * over.right_line;
    for (Index t = 0; t < over.steps; ++t) {
      const Vector r0 = load(right), r1 = load(right + kLanes);
#pragma GCC unroll 16
      for (int m = 0; m < M; ++m) {
        const Vector value = all(left[offsets[m]]);
        block[m][0] += value * r0;
        block[m][1] += value * r1;
      }
      left += over.left_step;
      right += over.right_step;
    }
  }
#pragma GCC unroll 16
  for (int m = 0; m < M; ++m) {
    float* to = sums + m * sums_step;
    store(to, load(to) + block[m][0]);
    store(to + kLanes, load(to + kLanes) + block[m][1]);
  }
}

using OuterSum = void (*)(const Steps&, const Index*, float*, Index);

template <int... M>
inline OuterSum outer_sum_of(int rows, std::integer_sequence<int, M...>) {
  constexpr OuterSum table[] = {&outer_sum<M + 1>...};
  return table[rows - 1];
}

// `rows` from 1 to kSumRows.
inline OuterSum outer_sum_of(Index rows) {
  return outer_sum_of(static_cast<int>(rows), std::make_integer_sequence<int, kSumRows>());
}

}  // namespace PARIBUS_ISA
}  // namespace paribus
