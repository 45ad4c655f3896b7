// Which instruction set runs, chosen once, when first asked.
#include <cstdlib>
#include <cstring>

#include "table.h"

namespace paribus {

#if defined(__x86_64__)
namespace avx512 {
extern const Table table;
}
namespace avx2 {
extern const Table table;
}
#endif
namespace baseline {
extern const Table table;
}

const Table* const* tables() {
  static const Table* found[4] = {};
  static const bool filled = [] {
    int count = 0;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl"))
      found[count++] = &avx512::table;
    if (avx2) found[count++] = &avx2::table;
#endif
    found[count] = &baseline::table;
    return true;
  }();
  (void)filled;
  return found;
}

const Table& best_table() {
  static const Table& best = []() -> const Table& {
    const char* asked = std::getenv("PARIBUS_KERNELS_ISA");
    for (const Table* const* each = tables(); asked != nullptr && *each != nullptr; ++each)
      if (std::strcmp((*each)->name, asked) == 0) return **each;
    return **tables();
  }();
  return best;
}

}  // namespace paribus
