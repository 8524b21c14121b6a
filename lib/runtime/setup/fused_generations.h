// What the loops of the fused operations work on, and those that this processor is fastest with.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

// Pictures or rows, places, channels, groups of neighbouring channels.
struct Shape {
  int64_t batch, area, channels, groups;
  int64_t size() const { return channels / groups; }
};

// Queries [batch, queries, heads·size], keys and values [batch, keys, heads·size].
struct Heads {
  int64_t batch, heads, size, queries, keys;
  int64_t width() const { return heads * size; }
  // A multiple of the numbers of any register.
  int64_t depth() const { return (size + 15) / 16 * 16; }
  float scale() const { return 1.0f / std::sqrt(static_cast<float>(size)); }
  // Where a head of all pictures begins in an array of `rows` for each.
  int64_t first(int64_t head, int64_t rows) const {
    return head / heads * rows * width() + head % heads * size;
  }
  // Numbers that a helper needs, with blocks of 32 queries, the largest (fused_attention.h).
  int64_t memory() const { return 4 * keys * depth() + 32 * (2 * keys + 5 * depth()); }
};

// What a step of AdamW reads and writes, which may be the same memory; average may be null. Numbers: the
// step's size, what is kept of the weights, epsilon, 1 - β₁, 1 - β₂, what the average takes on, limits.
struct Update {
  const float *weights, *first, *second, *average, *gradient, *numbers;
  float clip;
  float *new_weights, *new_first, *new_second, *new_average;
};

// dx may be where dy is. The gradients of γ and β are those of the rows from `from` to `to`; memory is
// for kMemory numbers of each channel.
constexpr int64_t kMemory = 7;
struct Loops {
  void (*gelu)(const float* x, float* y, int64_t from, int64_t to, float);
  void (*gelu_grad)(const float* dy, const float* x, float* dx, int64_t from, int64_t to, float);
  void (*geglu)(const float* x, float* y, int64_t from, int64_t to, int64_t width);
  void (*geglu_grad)(const float* dy, const float* x, float* dx, int64_t from, int64_t to,
                     int64_t width);
  void (*swish)(const float* x, float* y, int64_t from, int64_t to, float beta);
  void (*swish_grad)(const float* dy, const float* x, float* dx, int64_t from, int64_t to,
                     float beta);
  void (*norm)(const float* x, const float* gamma, const float* beta, float epsilon, const Shape& s,
               int64_t from, int64_t to, float* memory, float* y, float* means, float* inverses);
  void (*norm_grad)(const float* dy, const float* x, const float* gamma, const float* means,
                    const float* inverses, const Shape& s, int64_t from, int64_t to, float* memory,
                    float* dx, float* dgamma, float* dbeta);
  // Heads of all pictures from `from` to `to`; mask [queries, keys] or null.
  void (*attention)(const float* q, const float* k, const float* v, const float* mask,
                    const Heads& s, int64_t from, int64_t to, float* memory, float* y);
  void (*attention_grad)(const float* dy, const float* q, const float* k, const float* v,
                         const float* mask, const Heads& s, int64_t from, int64_t to, float* memory,
                         float* dq, float* dk, float* dv);
  void (*adam_w)(const Update& update, int64_t from, int64_t to);
};

// Numbers that a register holds, and rows of which it has room for two each.
#define UNIDIFF_LANES 4
#define UNIDIFF_ROWS 4
namespace any {
#include "fused_loops.h"
}
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#undef UNIDIFF_LANES
#define UNIDIFF_LANES 8
namespace avx2 {
#include "fused_loops.h"
}
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw")
#undef UNIDIFF_LANES
#undef UNIDIFF_ROWS
#define UNIDIFF_LANES 16
#define UNIDIFF_ROWS 8
namespace avx512 {
#include "fused_loops.h"
}
#pragma GCC pop_options
const Loops& BestLoops() {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) {
    return avx512::kLoops;
  }
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? avx2::kLoops : any::kLoops;
}
#else
const Loops& BestLoops() { return any::kLoops; }
#endif

// Those that this processor is fastest with.
const Loops& Best() {
  static const Loops& best = BestLoops();
  return best;
}

}  // namespace
