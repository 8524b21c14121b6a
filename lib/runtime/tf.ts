/** TensorFlow.js as one namespace; `backend.ts` decides what computes. */
export * as tf from "@tensorflow/tfjs";
