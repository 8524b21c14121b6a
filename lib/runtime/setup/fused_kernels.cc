// Norms, activations, attention and AdamW as operations of TensorFlow's, for a processor: each passes over
// its numbers once or a few times, where the library's own operations would pass over them a dozen times.
//
// Compiled by set-up (addon.ts) with the addon, and registered when that is loaded, by TensorFlow's C
// interface for kernels. What they compute is written in formulas in
// lib/model/nn/{norm,activation,attention}.ts and lib/train/adam.ts, which do the same on other devices.
// Work is divided into blocks whose number depends on the shapes alone, and blocks are added up in their
// order, so that digits do not depend on the number of threads.
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

#include "fused_compute.h"
#include "fused_kernels.h"
#include "fused_shapes.h"

namespace {

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
             {"UniDiffGeglu", {"x: float"}, {"y: float"}, nullptr, GegluShapes, NoNumber, ComputeGeglu},
             {"UniDiffGegluGrad", {"dy: float", "x: float"}, {"dx: float"}, nullptr, SameShapes<1>,
              NoNumber, ComputeGegluGrad},
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
             {"UniDiffAdamW",
              {"weights: float", "first: float", "second: float", "average: float",
               "gradient: float", "clip: float", "numbers: float"},
              {"w: float", "m: float", "v: float", "a: float"}, nullptr, SameShapes<0, 1, 2, 3>,
              NoNumber, ComputeAdamW},
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
