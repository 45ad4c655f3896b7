// Working memory that stays with its thread, so that it is mapped once.
#pragma once

#include <cstddef>

#include "shapes.h"

namespace paribus {

class Buffer {
 public:
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer();

  // Room for `count` floats, aligned for every vector; what was in it is lost if it grows.
  float* floats(Index count);

 private:
  float* data_ = nullptr;
  std::size_t bytes_ = 0;
};

// Named by what is in them. The first three are a task's own; the others are its caller's, which all tasks share.
struct Scratch {
  Buffer input, output, zeros;
  Buffer kernel, partials;
};

Scratch& scratch();

}  // namespace paribus
