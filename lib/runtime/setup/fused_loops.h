// The loops of the fused operations: fused_generations.h includes this once for each generation of
// processors, in a namespace of its own, and the compiler turns them into that generation's instructions.
// No guard, and no templates of the standard library: the linker keeps one instance of those, which must
// run everywhere.

// ---- Functions of one number -----------------------------------------------------------------------

// By value, which a loop over many numbers at once needs; what is no number stays so.
inline float Clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// e^x to some 2 units in the last place, for x of at most 88: 2^n times a polynomial (as in the Cephes
// library). What is less than -87 gives 0.
inline float ExpUpTo88(float x) {
  const float shifted = x * 1.44269504f + 12582912.0f;  // its last bits are round(x / ln 2)
  const float n = shifted - 12582912.0f;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits;
  std::memcpy(&bits, &shifted, sizeof bits);
  const int32_t power = (bits - 0x4b400000 + 127) << 23;
  float scale;
  std::memcpy(&scale, &power, sizeof scale);
  return x < -87.0f ? 0.0f : p * scale;
}

inline float Exp(float x) { return ExpUpTo88(x > 88.0f ? 88.0f : x); }

// erf(x), a rational function of x² on [-4, 4]; beyond, floats know no other value than ±1.
inline float Erf(float x) {
  x = Clamp(x, -4.0f, 4.0f);
  const float s = x * x;
  float p = -2.72614225801306e-10f;
  p = p * s + 2.77068142495902e-08f;
  p = p * s - 2.10102402082508e-06f;
  p = p * s - 5.69250639462346e-05f;
  p = p * s - 7.34990630326855e-04f;
  p = p * s - 2.95459980854025e-03f;
  p = p * s - 1.60960333262415e-02f;
  float q = -1.45660718464996e-05f;
  q = q * s - 2.13374055278905e-04f;
  q = q * s - 1.68282697438203e-03f;
  q = q * s - 7.37332916720468e-03f;
  q = q * s - 1.42647390514189e-02f;
  return x * p / q;
}

inline void Fill(float* numbers, int64_t count, float value) {
  for (int64_t i = 0; i < count; i++) numbers[i] = value;
}

// ---- Activations -----------------------------------------------------------------------------------

// The normal distribution: the share below x, and its density there.
inline float Phi(float x) { return 0.5f + 0.5f * Erf(0.70710678f * x); }
inline float Density(float x) { return 0.39894228f * Exp(-0.5f * x * x); }

void Gelu(const float* x, float* y, int64_t from, int64_t to, float) {
#pragma omp simd
  for (int64_t i = from; i < to; i++) y[i] = 0.5f * x[i] * (1.0f + Erf(0.70710678f * x[i]));
}

void GeluGrad(const float* dy, const float* x, float* dx, int64_t from, int64_t to, float) {
#pragma omp simd
  for (int64_t i = from; i < to; i++) {
    dx[i] = dy[i] * (Phi(x[i]) + x[i] * Density(x[i]));
  }
}

// Rows of 2·width numbers, the values and then their gates: value·gelu(gate).
void Geglu(const float* x, float* y, int64_t from, int64_t to, int64_t width) {
  for (int64_t row = from; row < to; row++) {
    const float *value = x + 2 * row * width, *gate = value + width;
    float* out = y + row * width;
#pragma omp simd
    for (int64_t i = 0; i < width; i++) {
      out[i] = value[i] * 0.5f * gate[i] * (1.0f + Erf(0.70710678f * gate[i]));
    }
  }
}

void GegluGrad(const float* dy, const float* x, float* dx, int64_t from, int64_t to, int64_t width) {
  for (int64_t row = from; row < to; row++) {
    const float *value = x + 2 * row * width, *gate = value + width, *up = dy + row * width;
    float *dvalue = dx + 2 * row * width, *dgate = dvalue + width;
#pragma omp simd
    for (int64_t i = 0; i < width; i++) {
      const float phi = Phi(gate[i]);
      dgate[i] = up[i] * value[i] * (phi + gate[i] * Density(gate[i]));
      dvalue[i] = up[i] * gate[i] * phi;
    }
  }
}

void Swish(const float* x, float* y, int64_t from, int64_t to, float beta) {
#pragma omp simd
  for (int64_t i = from; i < to; i++) y[i] = x[i] / (1.0f + Exp(-beta * x[i]));
}

void SwishGrad(const float* dy, const float* x, float* dx, int64_t from, int64_t to, float beta) {
#pragma omp simd
  for (int64_t i = from; i < to; i++) {
    // 1 - gate without its rounding, which a large x would make visible.
    const float e = Exp(-beta * x[i]), gate = 1.0f / (1.0f + e), rest = e * gate;
    dx[i] = dy[i] * gate * (1.0f + beta * x[i] * rest);
  }
}

// ---- The optimiser ---------------------------------------------------------------------------------

void AdamW(const Update& u, int64_t from, int64_t to) {
  const float size = u.numbers[0], kept = u.numbers[1], epsilon = u.numbers[2];
  const float first = u.numbers[3], second = u.numbers[4], share = u.numbers[5];
  const float low = u.numbers[6], high = u.numbers[7];
#pragma omp simd
  for (int64_t i = from; i < to; i++) {
    const float g = u.clip * u.gradient[i];
    const float m = u.first[i] + (g - u.first[i]) * first;
    const float v = u.second[i] + (g * g - u.second[i]) * second;
    u.new_first[i] = m;
    u.new_second[i] = v;
    u.new_weights[i] =
        Clamp(u.weights[i] * kept - size * m / (__builtin_sqrtf(v) + epsilon), low, high);
  }
  if (u.average == nullptr) return;
#pragma omp simd
  for (int64_t i = from; i < to; i++) {
    u.new_average[i] = u.average[i] + (u.new_weights[i] - u.average[i]) * share;
  }
}

#include "fused_norm.h"
#include "fused_attention.h"

constexpr Loops kLoops = {Gelu,      GeluGrad,  Geglu,         GegluGrad, Swish,
                          SwishGrad, Normalise, NormaliseGrad, Attention, AttentionGrad, AdamW};
