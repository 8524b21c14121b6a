// A call of one of the operations of fused_kernels.cc: its tensors, and what TensorFlow is told of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/tf_tensor.h"

namespace {

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

}  // namespace
