#include "scratch.h"

#include <cstdlib>
#include <new>

namespace paribus {

Buffer::~Buffer() { std::free(data_); }

float* Buffer::floats(Index count) {
  constexpr std::size_t kAlignment = 64;
  const std::size_t bytes = (static_cast<std::size_t>(count) * sizeof(float) / kAlignment + 1) * kAlignment;
  if (bytes > bytes_) {
    std::free(data_);
    bytes_ = 0;
    data_ = static_cast<float*>(std::aligned_alloc(kAlignment, bytes));
    if (data_ == nullptr) throw std::bad_alloc();
    bytes_ = bytes;
  }
  return data_;
}

Scratch& scratch() {
  thread_local Scratch mine;
  return mine;
}

}  // namespace paribus
