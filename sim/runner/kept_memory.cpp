#include "sim/runner/kept_memory.hpp"

#include <cstdlib> // defines __GLIBC__

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace escalon {

void keep_freed_memory()
{
#ifdef __GLIBC__
    constexpr int mebibyte = 1024 * 1024;
    constexpr int kept = 256 * mebibyte;
    constexpr int largest_kept = 32 * mebibyte; // the most that the library allows
    mallopt(M_TRIM_THRESHOLD, kept);
    mallopt(M_MMAP_THRESHOLD, largest_kept);
#endif
}

} // namespace escalon
