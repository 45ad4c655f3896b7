#include "parallel.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>

namespace paribus {
namespace {

class Shared {
 public:
  Shared(Index tasks, const std::function<void(Index)>& task) : tasks_(tasks), task_(task) {}

  // Takes tasks until none is left; whoever comes after the last one touches nothing that the caller has let go.
  void work() {
    for (Index mine = next_.fetch_add(1); mine < tasks_; mine = next_.fetch_add(1)) {
      try {
        task_(mine);
      } catch (...) {
        const std::lock_guard<std::mutex> lock(mutex_);
        failure_ = std::current_exception();
      }
      if (done_.fetch_add(1) + 1 == tasks_) {
        const std::lock_guard<std::mutex> lock(mutex_);
        all_done_.notify_all();
      }
    }
  }

  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    all_done_.wait(lock, [this] { return done_.load() >= tasks_; });
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  const Index tasks_;
  const std::function<void(Index)>& task_;
  std::atomic<Index> next_{0}, done_{0};
  std::mutex mutex_;
  std::condition_variable all_done_;
  std::exception_ptr failure_;
};

}  // namespace

void share(Pool& pool, Index tasks, const std::function<void(Index)>& task) {
  const Index helpers = (pool.threads() < tasks ? pool.threads() : tasks) - 1;
  if (helpers < 1) {
    for (Index mine = 0; mine < tasks; ++mine) task(mine);
    return;
  }
  const auto shared = std::make_shared<Shared>(tasks, task);
  try {
    for (Index helper = 0; helper < helpers; ++helper) pool.schedule([shared] { shared->work(); });
  } catch (const std::bad_alloc&) {
    // Those who help already use this frame, which must outlive them; the caller does what they leave.
  }
  shared->work();
  shared->wait();
}

}  // namespace paribus
