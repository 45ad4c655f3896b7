// Tasks shared by the caller and whatever threads of a pool have time.
#pragma once

#include <functional>

#include "shapes.h"

namespace paribus {

// A pool that others own. `schedule` may run a function at any time or never: the caller does what nobody else does.
class Pool {
 public:
  virtual ~Pool() = default;
  virtual Index threads() const = 0;
  virtual void schedule(std::function<void()> function) = 0;
};

// Runs task(0) ... task(tasks - 1), in any order. What a task is does not depend on the number of threads, so nor do results.
// Never waits for a task that has not begun, so that a pool whose threads all wait here cannot lock up.
void share(Pool& pool, Index tasks, const std::function<void(Index)>& task);

}  // namespace paribus
