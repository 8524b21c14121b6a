// Operations of this project's for TensorFlow's library: see fused_kernels.cc.
#pragma once

#include <string>

// Makes the operations known to TensorFlow's library, once; what it refused, or "".
std::string RegisterFusedKernels();
