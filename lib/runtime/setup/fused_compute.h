// The fused operations as TensorFlow calls them: tensors are looked at, and their numbers divided into blocks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "fused_call.h"
#include "fused_generations.h"
#include "fused_threads.h"

namespace {

// Numbers that a helper does at a time.
constexpr int64_t kGrain = 1 << 14;

template <auto Loops::*loop>
void ComputeActivation(void* beta, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* x = call.Input(0);
  float* y = call.ok() ? call.Output(0, x, 0) : nullptr;
  if (!call.ok()) return;
  const int64_t count = TF_TensorElementCount(x);
  InBlocks(count, kGrain, count, [&](int, int64_t from, int64_t to) {
    (Best().*loop)(Data(x), y, from, to, *static_cast<float*>(beta));
  });
}

template <auto Loops::*loop>
void ComputeActivationGrad(void* beta, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *dy = call.Input(0), *x = call.Input(1);
  float* dx = call.ok() ? call.Output(0, x, 0) : nullptr;
  if (!call.ok()) return;
  const int64_t count = TF_TensorElementCount(x);
  if (TF_TensorElementCount(dy) != count) return call.Fail("dy and x differ in size");
  InBlocks(count, kGrain, count, [&](int, int64_t from, int64_t to) {
    (Best().*loop)(Data(dy), Data(x), dx, from, to, *static_cast<float*>(beta));
  });
}

// Rows that make some kGrain numbers.
int64_t RowsAtOnce(int64_t width) { return std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width)); }

// x [rows, 2·width] → y [rows, width].
void ComputeGeglu(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* x = call.Input(0);
  if (!call.ok()) return;
  if (TF_NumDims(x) != 2 || TF_Dim(x, 1) % 2 != 0) return call.Fail("expected x [rows, 2*width]");
  const int64_t rows = TF_Dim(x, 0), width = TF_Dim(x, 1) / 2;
  float* y = call.Output(0, {rows, width}, rows * width);
  if (!call.ok()) return;
  InBlocks(rows, RowsAtOnce(width), rows * width, [&](int, int64_t from, int64_t to) {
    Best().geglu(Data(x), y, from, to, width);
  });
}

void ComputeGegluGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *dy = call.Input(0), *x = call.Input(1);
  float* dx = call.ok() ? call.Output(0, x) : nullptr;
  if (!call.ok()) return;
  const int64_t rows = TF_NumDims(dy) == 2 ? TF_Dim(dy, 0) : 0, width = rows ? TF_Dim(dy, 1) : 0;
  if (TF_TensorElementCount(x) != 2 * rows * width) return call.Fail("expected dy [rows, width] of x");
  InBlocks(rows, RowsAtOnce(width), rows * width, [&](int, int64_t from, int64_t to) {
    Best().geglu_grad(Data(dy), Data(x), dx, from, to, width);
  });
}

// x [batch, area, channels] and gamma [groups, channels / groups].
bool ShapeOf(Call* call, TF_Tensor* x, TF_Tensor* gamma, Shape* shape) {
  if (TF_NumDims(x) != 3 || TF_NumDims(gamma) != 2) {
    call->Fail("expected x [batch, area, channels] and gamma [groups, size]");
    return false;
  }
  *shape = {TF_Dim(x, 0), TF_Dim(x, 1), TF_Dim(x, 2), TF_Dim(gamma, 0)};
  if (TF_TensorElementCount(gamma) != shape->channels) {
    call->Fail("gamma has another number of channels than x");
    return false;
  }
  return true;
}

void ComputeNorm(void* epsilon, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *x = call.Input(0), *gamma = call.Input(1), *beta = call.Input(2);
  Shape s;
  if (!call.ok() || !ShapeOf(&call, x, gamma, &s)) return;
  const std::vector<int64_t> groups = {s.batch, s.groups};
  float* y = call.Output(0, x);
  float* mean = call.Output(1, groups, s.batch * s.groups);
  float* inverse = call.Output(2, groups, s.batch * s.groups);
  if (!call.ok()) return;
  const int64_t numbers = TF_TensorElementCount(x);
  InBlocks(s.batch, PartOf(s.batch), numbers, [&](int, int64_t from, int64_t to) {
    std::vector<float> memory(kMemory * s.channels);
    Best().norm(Data(x), Data(gamma), Data(beta), *static_cast<float*>(epsilon), s, from, to,
                memory.data(), y, mean, inverse);
  });
}

void ComputeNormGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *dy = call.Input(0), *x = call.Input(1), *gamma = call.Input(2);
  TF_Tensor *mean = call.Input(3), *inverse = call.Input(4);
  Shape s;
  if (!call.ok() || !ShapeOf(&call, x, gamma, &s)) return;
  float *dx = call.Output(0, x, 0), *dgamma = call.Output(1, gamma), *dbeta = call.Output(2, gamma);
  if (!call.ok()) return;
  std::vector<float> sums(2 * s.channels);
  InShares(s.batch, TF_TensorElementCount(x), 2 * s.channels, sums.data(),
           [&](int64_t from, int64_t to, float* share) {
             std::vector<float> memory(kMemory * s.channels);
             Best().norm_grad(Data(dy), Data(x), Data(gamma), Data(mean), Data(inverse), s, from,
                              to, memory.data(), dx, share, share + s.channels);
           });
  std::copy(sums.begin(), sums.begin() + s.channels, dgamma);
  std::copy(sums.begin() + s.channels, sums.end(), dbeta);
}

// The heads of queries, keys and values; mask [queries, keys], or of no numbers where there is none.
bool HeadsOf(Call* call, float heads, TF_Tensor* q, TF_Tensor* k, TF_Tensor* v, TF_Tensor* mask,
             Heads* s) {
  const int64_t count = static_cast<int64_t>(heads);
  const bool fits = TF_NumDims(q) == 3 && TF_NumDims(k) == 3 && TF_NumDims(v) == 3 && count > 0 &&
                    TF_Dim(q, 0) == TF_Dim(k, 0) && TF_Dim(q, 2) == TF_Dim(k, 2) &&
                    TF_Dim(q, 2) % count == 0 && TF_Dim(k, 1) == TF_Dim(v, 1) &&
                    TF_TensorElementCount(k) == TF_TensorElementCount(v);
  if (!fits) {
    call->Fail("expected queries [batch, n, heads*d], keys and values [batch, m, heads*d]");
    return false;
  }
  *s = {TF_Dim(q, 0), count, TF_Dim(q, 2) / count, TF_Dim(q, 1), TF_Dim(k, 1)};
  const int64_t masked = TF_TensorElementCount(mask);
  if (masked != 0 && masked != s->queries * s->keys) {
    call->Fail("the mask is not of queries and keys");
    return false;
  }
  return true;
}

const float* MaskOf(TF_Tensor* mask) { return TF_TensorElementCount(mask) == 0 ? nullptr : Data(mask); }

// A helper does so many heads that it reads and writes some of a first cache's size.
int64_t HeadsAtOnce(const Heads& s) {
  return std::max<int64_t>(1, kGrain / std::max<int64_t>(1, s.queries * s.keys));
}

void ComputeAttention(void* heads, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *q = call.Input(0), *k = call.Input(1), *v = call.Input(2), *mask = call.Input(3);
  Heads s;
  if (!call.ok() || !HeadsOf(&call, *static_cast<float*>(heads), q, k, v, mask, &s)) return;
  float* y = call.Output(0, q);
  if (!call.ok()) return;
  const int64_t all = s.batch * s.heads;
  InBlocks(all, HeadsAtOnce(s), all * s.queries * s.keys, [&](int, int64_t from, int64_t to) {
    std::vector<float> memory(s.memory());
    Best().attention(Data(q), Data(k), Data(v), MaskOf(mask), s, from, to, memory.data(), y);
  });
}

void ComputeAttentionGrad(void* heads, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor *dy = call.Input(0), *q = call.Input(1), *k = call.Input(2), *v = call.Input(3);
  TF_Tensor* mask = call.Input(4);
  Heads s;
  if (!call.ok() || !HeadsOf(&call, *static_cast<float*>(heads), q, k, v, mask, &s)) return;
  float *dq = call.Output(0, q), *dk = call.Output(1, k), *dv = call.Output(2, v);
  if (!call.ok()) return;
  if (TF_TensorElementCount(dy) != TF_TensorElementCount(q)) return call.Fail("dy is not as q");
  const int64_t all = s.batch * s.heads;
  InBlocks(all, HeadsAtOnce(s), all * s.queries * s.keys, [&](int, int64_t from, int64_t to) {
    std::vector<float> memory(s.memory());
    Best().attention_grad(Data(dy), Data(q), Data(k), Data(v), MaskOf(mask), s, from, to,
                          memory.data(), dq, dk, dv);
  });
}

void ComputeAdamW(void*, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* in[7];
  for (int i = 0; i < 7; i++) in[i] = call.Input(i);
  float* out[4];
  for (int i = 0; i < 4 && call.ok(); i++) out[i] = call.Output(i, in[i], i);
  if (!call.ok()) return;
  const int64_t count = TF_TensorElementCount(in[0]), averaged = TF_TensorElementCount(in[3]);
  const bool fits = TF_TensorElementCount(in[1]) == count && TF_TensorElementCount(in[2]) == count &&
                    (averaged == 0 || averaged == count) && TF_TensorElementCount(in[4]) == count &&
                    TF_TensorElementCount(in[5]) == 1 && TF_TensorElementCount(in[6]) == 8;
  if (!fits) return call.Fail("expected vectors of one size, a factor and eight numbers");
  const Update update = {Data(in[0]), Data(in[1]), Data(in[2]), averaged ? Data(in[3]) : nullptr,
                         Data(in[4]), Data(in[6]), Data(in[5])[0],
                         out[0],      out[1],      out[2],      out[3]};
  InBlocks(count, kGrain, count, [&](int, int64_t from, int64_t to) {
    Best().adam_w(update, from, to);
  });
}

}  // namespace
