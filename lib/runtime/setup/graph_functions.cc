// Recorded graphs as functions of the eager context: what the addon of tfjs-node lacks.
//
// Compiled by set-up (addon.ts) together with the package's own sources, which stay as they are; its
// exports are the package's and the four below. A graph grows node by node, and TensorFlow's shape
// inference answers at once; a function of it is called like any operation (executeOp), so that tensors
// stay on the device.
#include <string>
#include <vector>

#include <node_api.h>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

#include "fused_kernels.h"

// The package registers its module itself; here its exports are part of ours.
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "tfjs_binding.cc"

namespace {

using tfnodejs::TFJSBackend;

// The context is private. An explicit instantiation may name it, and hands it on.
template <typename Tag, typename Tag::type member>
struct Reveal {
  friend typename Tag::type reveal(Tag) { return member; }
};
struct Context {
  using type = TFE_Context* TFJSBackend::*;
  friend type reveal(Context);
};
template struct Reveal<Context, &TFJSBackend::tfe_context_>;

TFE_Context* ContextOf(napi_env env) {
  TFJSBackend* backend = nullptr;
  napi_get_instance_data(env, reinterpret_cast<void**>(&backend));
  return backend == nullptr ? nullptr : backend->*reveal(Context());
}

struct Status {
  TF_Status* const raw = TF_NewStatus();
  ~Status() { TF_DeleteStatus(raw); }
  bool ok() const { return TF_GetCode(raw) == TF_OK; }
};

struct Graph {
  TF_Graph* const raw = TF_NewGraph();
  std::vector<TF_Operation*> nodes;
  ~Graph() { TF_DeleteGraph(raw); }
};

napi_value Throw(napi_env env, const std::string& message) {
  napi_throw_error(env, nullptr, message.c_str());
  return nullptr;
}

// The arguments of a call, read one by one; what is not of the expected kind counts as empty.
struct Arguments {
  napi_env env;
  napi_value values[8];

  Arguments(napi_env env, napi_callback_info info) : env(env) {
    size_t count = 8;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }
  Graph* graph(int i) const {
    void* found = nullptr;
    napi_get_value_external(env, values[i], &found);
    return static_cast<Graph*>(found);
  }
  std::string text(int i) const { return TextOf(values[i]); }
  std::string TextOf(napi_value value) const {
    size_t length = 0;
    if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) return "";
    std::string text(length, '\0');
    napi_get_value_string_utf8(env, value, &text[0], length + 1, &length);
    return text;
  }
  bool flag(int i) const {
    bool value = false;
    napi_get_value_bool(env, values[i], &value);
    return value;
  }
  int32_t number(int i) const {
    int32_t value = 0;
    napi_get_value_int32(env, values[i], &value);
    return value;
  }
  std::vector<int32_t> numbers(int i) const {
    void* data = nullptr;
    size_t length = 0;
    if (napi_get_typedarray_info(env, values[i], nullptr, &length, &data, nullptr, nullptr) !=
        napi_ok) {
      return {};
    }
    const int32_t* first = static_cast<const int32_t*>(data);
    return std::vector<int32_t>(first, first + length);
  }
};

// newGraph(): graph
napi_value NewGraph(napi_env env, napi_callback_info) {
  napi_value result;
  const auto free = [](napi_env, void* graph, void*) { delete static_cast<Graph*>(graph); };
  napi_create_external(env, new Graph, free, nullptr, &result);
  return result;
}

// [{ dtype, shape }] of a node's outputs; a size that is not known is -1, a shape that is not null.
napi_value OutputsOf(napi_env env, TF_Graph* graph, TF_Operation* node) {
  const int count = TF_OperationNumOutputs(node);
  napi_value all;
  napi_create_array_with_length(env, count, &all);
  for (int i = 0; i < count; i++) {
    const TF_Output output{node, i};
    Status status;
    napi_value one, dtype, shape;
    napi_create_object(env, &one);
    napi_create_int32(env, TF_OperationOutputType(output), &dtype);
    napi_set_named_property(env, one, "dtype", dtype);
    const int rank = TF_GraphGetTensorNumDims(graph, output, status.raw);
    napi_get_null(env, &shape);
    if (status.ok() && rank >= 0) {
      std::vector<int64_t> sizes(rank);
      TF_GraphGetTensorShape(graph, output, sizes.data(), rank, status.raw);
      napi_create_array_with_length(env, rank, &shape);
      for (int k = 0; k < rank; k++) {
        napi_value size;
        napi_create_int64(env, sizes[k], &size);
        napi_set_element(env, shape, k, size);
      }
    }
    napi_set_named_property(env, one, "shape", shape);
    napi_set_element(env, all, i, one);
  }
  return all;
}

// addNode(graph, operation, name, inputs, listed, controls, attributes): outputs
//
// inputs: pairs of a node's number and which of its outputs; the first `listed` of them are one list.
// controls: numbers of nodes that must run before. attributes: names, each before an AttrValue's bytes.
napi_value AddNode(napi_env env, napi_callback_info info) {
  const Arguments given(env, info);
  Graph* graph = given.graph(0);
  if (graph == nullptr) return Throw(env, "addNode: expected a graph");
  Status status;
  TF_OperationDescription* node =
      TF_NewOperation(graph->raw, given.text(1).c_str(), given.text(2).c_str());
  std::vector<TF_Output> inputs;
  const std::vector<int32_t> pairs = given.numbers(3);
  for (size_t i = 0; i + 1 < pairs.size(); i += 2) {
    inputs.push_back({graph->nodes.at(pairs[i]), pairs[i + 1]});
  }
  const size_t listed = given.number(4);
  if (listed > 0) TF_AddInputList(node, inputs.data(), static_cast<int>(listed));
  for (size_t i = listed; i < inputs.size(); i++) TF_AddInput(node, inputs[i]);
  for (int32_t before : given.numbers(5)) TF_AddControlInput(node, graph->nodes.at(before));
  uint32_t words = 0;
  napi_get_array_length(env, given.values[6], &words);
  std::string problem;
  for (uint32_t i = 0; i + 1 < words; i += 2) {
    napi_value name, value;
    napi_get_element(env, given.values[6], i, &name);
    napi_get_element(env, given.values[6], i + 1, &value);
    void* data = nullptr;
    size_t length = 0;
    napi_get_typedarray_info(env, value, nullptr, &length, &data, nullptr, nullptr);
    TF_SetAttrValueProto(node, given.TextOf(name).c_str(), data, length, status.raw);
    if (!status.ok() && problem.empty()) problem = TF_Message(status.raw);
  }
  // Finished in any case: that alone frees the description.
  TF_Operation* made = TF_FinishOperation(node, status.raw);
  if (!problem.empty()) return Throw(env, problem);
  if (!status.ok()) return Throw(env, TF_Message(status.raw));
  graph->nodes.push_back(made);
  return OutputsOf(env, graph->raw, made);
}

// addFunction(graph, name, inputs, outputs, xla): the whole graph under a name that executeOp knows.
//
// inputs: numbers of placeholders; outputs: numbers of nodes, whose first output counts.
napi_value AddFunction(napi_env env, napi_callback_info info) {
  const Arguments given(env, info);
  Graph* graph = given.graph(0);
  TFE_Context* context = ContextOf(env);
  if (graph == nullptr || context == nullptr) return Throw(env, "addFunction: expected a graph");
  std::vector<TF_Output> inputs, outputs;
  for (int32_t node : given.numbers(2)) inputs.push_back({graph->nodes.at(node), 0});
  for (int32_t node : given.numbers(3)) outputs.push_back({graph->nodes.at(node), 0});
  Status status;
  TF_Function* function = TF_GraphToFunction(
      graph->raw, given.text(1).c_str(), /*append_hash_to_fn_name=*/0, /*num_opers=*/-1, nullptr,
      static_cast<int>(inputs.size()), inputs.data(), static_cast<int>(outputs.size()),
      outputs.data(), /*output_names=*/nullptr, /*opts=*/nullptr, /*description=*/"", status.raw);
  if (status.ok() && given.flag(4)) {
    const char yes[] = {0x28, 0x01};  // AttrValue { b: true }
    TF_FunctionSetAttrValueProto(function, "_XlaMustCompile", yes, sizeof yes, status.raw);
  }
  if (status.ok()) TFE_ContextAddFunction(context, function, status.raw);
  if (function != nullptr) TF_DeleteFunction(function);
  if (!status.ok()) return Throw(env, TF_Message(status.raw));
  return nullptr;
}

// removeFunction(name)
napi_value RemoveFunction(napi_env env, napi_callback_info info) {
  const Arguments given(env, info);
  TFE_Context* context = ContextOf(env);
  if (context == nullptr) return Throw(env, "removeFunction: the backend is not there");
  Status status;
  TFE_ContextRemoveFunction(context, given.text(0).c_str(), status.raw);
  if (!status.ok()) return Throw(env, TF_Message(status.raw));
  return nullptr;
}

void Export(napi_env env, napi_value exports, const char* name, napi_callback callback) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  napi_set_named_property(env, exports, name, function);
}

}  // namespace

NAPI_MODULE_INIT() {
  exports = tfnodejs::InitTFNodeJSBinding(env, exports);
  const std::string refused = RegisterFusedKernels();
  if (!refused.empty()) return Throw(env, refused);
  Export(env, exports, "newGraph", NewGraph);
  Export(env, exports, "addNode", AddNode);
  Export(env, exports, "addFunction", AddFunction);
  Export(env, exports, "removeFunction", RemoveFunction);
  napi_value yes;
  napi_get_boolean(env, true, &yes);
  napi_set_named_property(env, exports, "fusedKernels", yes);
  return exports;
}
