// Vectors of the instruction set that this file is compiled for, by the compiler's own extensions.
#pragma once

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "shapes.h"

namespace paribus {
namespace PARIBUS_ISA {

#if defined(__AVX512F__)
constexpr Index kLanes = 16;
constexpr int kRegisters = 32;
#elif defined(__AVX2__)
constexpr Index kLanes = 8;
constexpr int kRegisters = 16;
#elif defined(__aarch64__)
constexpr Index kLanes = 4;
constexpr int kRegisters = 32;
#else
constexpr Index kLanes = 4;
constexpr int kRegisters = 16;
#endif

typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));
typedef std::int32_t Mask __attribute__((vector_size(kLanes * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(kLanes * sizeof(float)), aligned(4), may_alias));

inline Vector load(const float* from) { return *reinterpret_cast<const Unaligned*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<Unaligned*>(to) = value; }
inline Vector all(float value) { return Vector{} + value; }

// The first `count` lanes; zero in the others.
inline Vector load_part(const float* from, Index count) {
  if (count >= kLanes) return load(from);
  Vector value{};
  std::memcpy(&value, from, static_cast<std::size_t>(count) * sizeof(float));
  return value;
}

inline void store_part(float* to, Vector value, Index count) {
  if (count >= kLanes) return store(to, value);
  std::memcpy(to, &value, static_cast<std::size_t>(count) * sizeof(float));
}

inline void add_part(float* to, Vector value, Index count) { store_part(to, load_part(to, count) + value, count); }

// Past the caches, for arrays that are larger than they are; `to` must be aligned for a vector.
inline void stream(float* to, Vector value) {
#if defined(__AVX512F__)
  _mm512_stream_ps(to, reinterpret_cast<__m512>(value));
#elif defined(__AVX2__)
  _mm256_stream_ps(to, reinterpret_cast<__m256>(value));
#elif defined(__x86_64__)
  _mm_stream_ps(to, reinterpret_cast<__m128>(value));
#else
  store(to, value);
#endif
}

// The first `count` lanes, streamed if asked, where the vector must be whole.
inline void write(float* to, Vector value, Index count, bool streamed) {
  if (streamed) {
    stream(to, value);
  } else {
    store_part(to, value, count);
  }
}

// Makes streamed stores visible to other threads.
inline void finish_streams() {
#if defined(__x86_64__)
  _mm_sfence();
#endif
}

inline bool is_aligned(const float* pointer) { return reinterpret_cast<std::uintptr_t>(pointer) % sizeof(Vector) == 0; }

constexpr Index kStreamedBytes = 4 << 20;

// Whether rows of `channels` at `to`, so many floats in all, should be streamed.
inline bool streams(const float* to, Index floats, Index channels) {
  return floats * static_cast<Index>(sizeof(float)) >= kStreamedBytes && channels % kLanes == 0 && is_aligned(to);
}

inline Index ceil_div(Index a, Index b) { return (a + b - 1) / b; }
inline Index smaller(Index a, Index b) { return a < b ? a : b; }
inline Index larger(Index a, Index b) { return a > b ? a : b; }

}  // namespace PARIBUS_ISA
}  // namespace paribus
