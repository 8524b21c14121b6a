// Normalisation and activations as operations of TensorFlow's, for a processor: each reads and writes its
// pictures once or twice, where the library's own operations would pass over them a dozen times.
//
// Compiled by set-up (addon.ts) with the addon, and registered when that is loaded, by TensorFlow's C
// interface for kernels. What they compute is written in formulas in lib/model/nn/{norm,activation}.ts,
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
#include "tensorflow/c/tf_tensor.h"

#include "fused_kernels.h"
#include "fused_threads.h"

namespace {

// ---- Loops -----------------------------------------------------------------------------------------

// Pictures or rows, places, channels, groups of neighbouring channels.
struct Shape {
  int64_t batch, area, channels, groups;
  int64_t size() const { return channels / groups; }
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
};

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

// The tensors of one call; `ok` is false after a failure, which TensorFlow has been told of.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    TF_DeleteStatus(status_);
  }
  bool ok() const { return ok_; }

  TF_Tensor* Input(int i) {
    TF_Tensor* tensor = nullptr;
    TF_GetInput(context_, i, &tensor, status_);
    return Keep(tensor);
  }
  // An output of the shape of `like`; in the memory of an input where nothing else needs that.
  float* Output(int i, TF_Tensor* like, int reused = -1) {
    const int64_t count = TF_TensorElementCount(like);
    std::vector<int64_t> sizes(TF_NumDims(like));
    for (size_t k = 0; k < sizes.size(); k++) sizes[k] = TF_Dim(like, static_cast<int>(k));
    return Output(i, sizes, count, reused);
  }
  float* Output(int i, std::vector<int64_t> sizes, int64_t count, int reused = -1) {
    if (!ok_) return nullptr;
    const int rank = static_cast<int>(sizes.size());
    TF_Tensor* tensor;
    if (reused < 0) {
      tensor = TF_AllocateOutput(context_, i, TF_FLOAT, sizes.data(), rank, count * sizeof(float),
                                 status_);
    } else {
      int forwarded;
      tensor = TF_ForwardInputOrAllocateOutput(context_, &reused, 1, i, sizes.data(), rank,
                                               &forwarded, status_);
    }
    return Keep(tensor) == nullptr ? nullptr : static_cast<float*>(TF_TensorData(tensor));
  }
  void Fail(const std::string& message) {
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
    Check();
  }

 private:
  TF_Tensor* Keep(TF_Tensor* tensor) {
    if (tensor != nullptr) tensors_.push_back(tensor);
    Check();
    return ok_ ? tensor : nullptr;
  }
  void Check() {
    if (!ok_ || TF_GetCode(status_) == TF_OK) return;
    ok_ = false;
    TF_OpKernelContext_Failure(context_, status_);
  }

  TF_OpKernelContext* const context_;
  TF_Status* const status_ = TF_NewStatus();
  std::vector<TF_Tensor*> tensors_;
  bool ok_ = true;
};

const float* Data(TF_Tensor* tensor) { return static_cast<const float*>(TF_TensorData(tensor)); }

// Numbers of an activation that one helper does at a time.
constexpr int64_t kActivationGrain = 1 << 14;

template <auto Loops::*loop>
void ComputeActivation(void* beta, TF_OpKernelContext* context) {
  Call call(context);
  TF_Tensor* x = call.Input(0);
  float* y = call.ok() ? call.Output(0, x, 0) : nullptr;
  if (!call.ok()) return;
  const int64_t count = TF_TensorElementCount(x);
  InBlocks(count, kActivationGrain, count, [&](int, int64_t from, int64_t to) {
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
  InBlocks(count, kActivationGrain, count, [&](int, int64_t from, int64_t to) {
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
  InBlocks(s.batch, std::max<int64_t>(1, (s.batch + 7) / 8), numbers, [&](int, int64_t from, int64_t to) {
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

// The one attribute of an operation, a number, is what its kernel is given.
template <const char* name>
void* NumberOf(TF_OpKernelConstruction* construction) {
  TF_Status* status = TF_NewStatus();
  float* value = new float(0);
  TF_OpKernelConstruction_GetAttrFloat(construction, name, value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return value;
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

constexpr char kBeta[] = "beta", kEpsilon[] = "epsilon";

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
              NumberOf<kBeta>, ComputeActivation<&Loops::swish>},
             {"UniDiffSwishGrad", {"dy: float", "x: float"}, {"dx: float"}, "beta: float",
              SameShapes<1>, NumberOf<kBeta>, ComputeActivationGrad<&Loops::swish_grad>},
             {"UniDiffNorm", {"x: float", "gamma: float", "beta: float"},
              {"y: float", "mean: float", "inverse: float"}, "epsilon: float", NormShapes,
              NumberOf<kEpsilon>, ComputeNorm},
             {"UniDiffNormGrad",
              {"dy: float", "x: float", "gamma: float", "mean: float", "inverse: float"},
              {"dx: float", "dgamma: float", "dbeta: float"}, nullptr, SameShapes<1, 2, 2>, NoNumber,
              ComputeNormGrad},
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
