// Norms, activations and attention as operations of TensorFlow's, for a processor: each passes over its
// pictures once or a few times, where the library's own operations would pass over them a dozen times.
//
// Compiled by set-up (addon.ts) with the addon, and registered when that is loaded, by TensorFlow's C
// interface for kernels. What they compute is written in formulas in lib/model/nn/{norm,activation,attention}.ts,
// which do the same on other devices. Work is divided into blocks whose number depends on the shapes
// alone, and blocks are added up in their order, so that digits do not depend on the number of threads.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

#include "fused_call.h"
#include "fused_kernels.h"
#include "fused_threads.h"

namespace {

// ---- Loops -----------------------------------------------------------------------------------------

// Pictures or rows, places, channels, groups of neighbouring channels.
struct Shape {
  int64_t batch, area, channels, groups;
  int64_t size() const { return channels / groups; }
};

// Queries [batch, queries, heads·size], keys and values [batch, keys, heads·size].
struct Heads {
  int64_t batch, heads, size, queries, keys;
  int64_t width() const { return heads * size; }
  // Multiples of sixteen, the numbers that are worked on together.
  int64_t depth() const { return (size + 15) / 16 * 16; }
  int64_t columns() const { return (keys + 15) / 16 * 16; }
  float scale() const { return 1.0f / std::sqrt(static_cast<float>(size)); }
  // Where a head of all pictures begins in an array of `rows` for each.
  int64_t first(int64_t head, int64_t rows) const {
    return head / heads * rows * width() + head % heads * size;
  }
  // Numbers that a helper needs.
  int64_t memory() const { return 5 * columns() * depth() + 16 * columns() + 24 * depth(); }
};

// dx may be where dy is. The gradients of γ and β are those of the rows from `from` to `to`; memory is
// for kMemory numbers of each channel.
constexpr int64_t kMemory = 7;
struct Loops {
  void (*gelu)(const float* x, float* y, int64_t from, int64_t to, float);
  void (*gelu_grad)(const float* dy, const float* x, float* dx, int64_t from, int64_t to, float);
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
};

// Queries whose sums fit into the registers.
#define UNIDIFF_QUERIES 4
namespace any {
#include "fused_loops.h"
}
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
namespace avx2 {
#include "fused_loops.h"
}
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw")
#undef UNIDIFF_QUERIES
#define UNIDIFF_QUERIES 8
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

// ---- TensorFlow's side -----------------------------------------------------------------------------

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

// Outputs that look like the inputs whose numbers follow.
template <int... inputs>
void SameShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  int output = 0;
  for (int input : {inputs...}) {
    TF_ShapeHandle* shape = TF_NewShapeHandle();
    TF_ShapeInferenceContextGetInput(context, input, shape, status);
    TF_ShapeInferenceContextSetOutput(context, output++, shape, status);
    TF_DeleteShapeHandle(shape);
  }
}

// y as x; mean and inverse [batch, groups].
void NormShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  SameShapes<0>(context, status);
  TF_ShapeHandle *x = TF_NewShapeHandle(), *gamma = TF_NewShapeHandle();
  TF_ShapeInferenceContextGetInput(context, 0, x, status);
  TF_ShapeInferenceContextGetInput(context, 1, gamma, status);
  TF_ShapeInferenceContextSubshape(context, x, 0, 1, x, status);
  TF_ShapeInferenceContextSubshape(context, gamma, 0, 1, gamma, status);
  TF_ShapeInferenceContextConcatenateShapes(context, x, gamma, x, status);
  for (int output : {1, 2}) TF_ShapeInferenceContextSetOutput(context, output, x, status);
  TF_DeleteShapeHandle(x);
  TF_DeleteShapeHandle(gamma);
}

// The one attribute of an operation, a number, is what its kernel is given; `read` gets it.
template <typename T>
void* NumberBy(TF_OpKernelConstruction* construction, const char* name,
               void (*read)(TF_OpKernelConstruction*, const char*, T*, TF_Status*)) {
  TF_Status* status = TF_NewStatus();
  T value = 0;
  read(construction, name, &value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return new float(static_cast<float>(value));
}
void* Beta(TF_OpKernelConstruction* construction) {
  return NumberBy(construction, "beta", TF_OpKernelConstruction_GetAttrFloat);
}
void* Epsilon(TF_OpKernelConstruction* construction) {
  return NumberBy(construction, "epsilon", TF_OpKernelConstruction_GetAttrFloat);
}
void* HeadCount(TF_OpKernelConstruction* construction) {
  return NumberBy(construction, "heads", TF_OpKernelConstruction_GetAttrInt64);
}
void* NoNumber(TF_OpKernelConstruction*) { return new float(0); }
void FreeNumber(void* number) { delete static_cast<float*>(number); }

struct Operation {
  const char* name;
  std::vector<const char*> inputs, outputs;
  const char* attribute;
  void (*shapes)(TF_ShapeInferenceContext*, TF_Status*);
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
};

void Register(const Operation& operation, TF_Status* status) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(operation.name);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : operation.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  if (operation.attribute) TF_OpDefinitionBuilderAddAttr(definition, operation.attribute);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, operation.shapes);
  TF_RegisterOpDefinition(definition, status);
  if (TF_GetCode(status) != TF_OK) return;
  TF_RegisterKernelBuilder(
      operation.name,
      TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, FreeNumber),
      status);
}

}  // namespace

std::string RegisterFusedKernels() {
  static std::string problem;
  static std::once_flag once;
  std::call_once(once, [] {
    TF_Status* status = TF_NewStatus();
    for (const Operation& operation : std::vector<Operation>{
             {"UniDiffGelu", {"x: float"}, {"y: float"}, nullptr, SameShapes<0>, NoNumber,
              ComputeActivation<&Loops::gelu>},
             {"UniDiffGeluGrad", {"dy: float", "x: float"}, {"dx: float"}, nullptr, SameShapes<1>,
              NoNumber, ComputeActivationGrad<&Loops::gelu_grad>},
             {"UniDiffSwish", {"x: float"}, {"y: float"}, "beta: float", SameShapes<0>,
              Beta, ComputeActivation<&Loops::swish>},
             {"UniDiffSwishGrad", {"dy: float", "x: float"}, {"dx: float"}, "beta: float",
              SameShapes<1>, Beta, ComputeActivationGrad<&Loops::swish_grad>},
             {"UniDiffNorm", {"x: float", "gamma: float", "beta: float"},
              {"y: float", "mean: float", "inverse: float"}, "epsilon: float", NormShapes,
              Epsilon, ComputeNorm},
             {"UniDiffNormGrad",
              {"dy: float", "x: float", "gamma: float", "mean: float", "inverse: float"},
              {"dx: float", "dgamma: float", "dbeta: float"}, nullptr, SameShapes<1, 2, 2>, NoNumber,
              ComputeNormGrad},
             {"UniDiffAttention", {"q: float", "k: float", "v: float", "mask: float"}, {"y: float"},
              "heads: int", SameShapes<0>, HeadCount, ComputeAttention},
             {"UniDiffAttentionGrad",
              {"dy: float", "q: float", "k: float", "v: float", "mask: float"},
              {"dq: float", "dk: float", "dv: float"}, "heads: int", SameShapes<1, 2, 3>,
              HeadCount, ComputeAttentionGrad},
         }) {
      Register(operation, status);
      if (TF_GetCode(status) == TF_OK) continue;
      problem = std::string(operation.name) + ": " + TF_Message(status);
      break;
    }
    TF_DeleteStatus(status);
  });
  return problem;
}
