// The shapes of what the fused operations give, which TensorFlow asks for while a graph is built.
#pragma once

#include "tensorflow/c/ops.h"

namespace {

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

// y [rows, width] of x [rows, 2·width].
void GegluShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeHandle* x = TF_NewShapeHandle();
  TF_DimensionHandle* twice = TF_NewDimensionHandle();
  TF_ShapeInferenceContextGetInput(context, 0, x, status);
  TF_ShapeInferenceContextDim(context, x, 1, twice);
  TF_ShapeHandle* width =
      TF_ShapeInferenceContextVectorFromSize(context, TF_DimensionHandleValue(twice) / 2);
  TF_ShapeInferenceContextSubshape(context, x, 0, 1, x, status);
  TF_ShapeInferenceContextConcatenateShapes(context, x, width, x, status);
  TF_ShapeInferenceContextSetOutput(context, 0, x, status);
  TF_DeleteDimensionHandle(twice);
  TF_DeleteShapeHandle(width);
  TF_DeleteShapeHandle(x);
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

}  // namespace
