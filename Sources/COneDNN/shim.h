#pragma once
#include <dnnl.h>

// Debian's oneDNN runs on GNU OpenMP, whose header lies in gcc's private folder. This is the one symbol needed.
extern void omp_set_num_threads(int);
