// The loops of fused_kernels.cc, which includes this once for each generation of processors, in a namespace
// of its own: the compiler turns them into that generation's instructions. No guard, and no templates of
// the standard library: the linker keeps one instance of those, which must run everywhere.

// ---- Functions of one number -----------------------------------------------------------------------

// By value, which a loop over many numbers at once needs; what is no number stays so.
inline float Clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// e^x to some 2 units in the last place: 2^n times a polynomial (as in the Cephes library).
inline float Exp(float given) {
  const float x = Clamp(given, -87.0f, 88.0f);
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
  return given < -87.0f ? 0.0f : p * scale;
}

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

// ---- Activations -----------------------------------------------------------------------------------

void Gelu(const float* x, float* y, int64_t from, int64_t to, float) {
#pragma omp simd
  for (int64_t i = from; i < to; i++) y[i] = 0.5f * x[i] * (1.0f + Erf(0.70710678f * x[i]));
}

void GeluGrad(const float* dy, const float* x, float* dx, int64_t from, int64_t to, float) {
#pragma omp simd
  for (int64_t i = from; i < to; i++) {
    const float phi = 0.5f + 0.5f * Erf(0.70710678f * x[i]);
    const float density = 0.39894228f * Exp(-0.5f * x[i] * x[i]);
    dx[i] = dy[i] * (phi + x[i] * density);
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

// ---- Normalisation: x [batch, area, channels] in groups of neighbouring channels -------------------

inline void Fill(float* numbers, int64_t count, float value) {
  for (int64_t i = 0; i < count; i++) numbers[i] = value;
}

// sums[c] = Σ over the area.
inline void Sum(const float* x, int64_t area, int64_t channels, float* sums) {
  Fill(sums, channels, 0.0f);
  for (int64_t i = 0; i < area; i++, x += channels) {
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) sums[c] += x[c];
  }
}

// Writes each group's mean of the channels' sums, times `scale`, to all of its channels.
inline void Gather(const float* sums, const Shape& s, float scale, float* groups, float* spread) {
  const int64_t size = s.size();
  for (int64_t g = 0; g < s.groups; g++) {
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t c = g * size; c < (g + 1) * size; c++) sum += sums[c];
    groups[g] = sum * scale;
    Fill(spread + g * size, size, groups[g]);
  }
}

void Normalise(const float* x, const float* gamma, const float* beta, float epsilon, const Shape& s,
               int64_t from, int64_t to, float* memory, float* y, float* means, float* inverses) {
  const int64_t channels = s.channels, step = s.area * channels;
  const float share = 1.0f / static_cast<float>(s.area * s.size());
  float *sums = memory, *mean = sums + channels, *scale = mean + channels;
  for (int64_t b = from; b < to; b++) {
    const float* in = x + b * step;
    float *out = y + b * step, *inverse = inverses + b * s.groups;
    Sum(in, s.area, channels, sums);
    Gather(sums, s, share, means + b * s.groups, mean);
    // Not E[x²] - E[x]², which loses all digits where the mean is far from zero.
    Fill(sums, channels, 0.0f);
    const float* row = in;
    for (int64_t i = 0; i < s.area; i++, row += channels) {
#pragma omp simd
      for (int64_t c = 0; c < channels; c++) {
        const float d = row[c] - mean[c];
        sums[c] += d * d;
      }
    }
    Gather(sums, s, share, inverse, scale);
    for (int64_t g = 0; g < s.groups; g++) inverse[g] = 1.0f / std::sqrt(inverse[g] + epsilon);
    for (int64_t g = 0, c = 0; g < s.groups; g++) {
      for (int64_t k = 0; k < s.size(); k++, c++) scale[c] = inverse[g] * gamma[c];
    }
    row = in;
    for (int64_t i = 0; i < s.area; i++, row += channels, out += channels) {
#pragma omp simd
      for (int64_t c = 0; c < channels; c++) out[c] = (row[c] - mean[c]) * scale[c] + beta[c];
    }
  }
}

// dx may be where dy is. dgamma and dbeta are this block's share.
void NormaliseGrad(const float* dy, const float* x, const float* gamma, const float* means,
                   const float* inverses, const Shape& s, int64_t from, int64_t to, float* memory,
                   float* dx, float* dgamma, float* dbeta) {
  const int64_t channels = s.channels, step = s.area * channels;
  const float share = 1.0f / static_cast<float>(s.area * s.size());
  float* sums = memory;
  float *dots = sums + channels, *mean = dots + channels, *a = mean + channels;
  float *by = a + channels, *plus = by + channels, *group = plus + channels;
  Fill(dgamma, channels, 0.0f);
  Fill(dbeta, channels, 0.0f);
  for (int64_t b = from; b < to; b++) {
    const float *up = dy + b * step, *in = x + b * step, *inverse = inverses + b * s.groups;
    float* out = dx + b * step;
    for (int64_t g = 0, c = 0; g < s.groups; g++) {
      for (int64_t k = 0; k < s.size(); k++, c++) {
        mean[c] = means[b * s.groups + g];
        a[c] = inverse[g];
      }
    }
    Fill(sums, channels, 0.0f);
    Fill(dots, channels, 0.0f);
    const float *up_row = up, *row = in;
    for (int64_t i = 0; i < s.area; i++, up_row += channels, row += channels) {
#pragma omp simd
      for (int64_t c = 0; c < channels; c++) {
        sums[c] += up_row[c];
        dots[c] += up_row[c] * (row[c] - mean[c]);
      }
    }
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) {
      dots[c] *= a[c];
      dgamma[c] += dots[c];
      dbeta[c] += sums[c];
      dots[c] *= gamma[c];
      sums[c] *= gamma[c];
    }
    // dx = 1/σ·(dy·γ - mean(dy·γ) - x̂·mean(dy·γ·x̂))
    Gather(dots, s, -share, group, by);
    Gather(sums, s, -share, group, plus);
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) {
      by[c] *= a[c] * a[c];
      plus[c] *= a[c];
      a[c] *= gamma[c];
    }
    up_row = up, row = in;
    for (int64_t i = 0; i < s.area; i++, up_row += channels, row += channels, out += channels) {
#pragma omp simd
      for (int64_t c = 0; c < channels; c++) {
        out[c] = up_row[c] * a[c] + (row[c] - mean[c]) * by[c] + plus[c];
      }
    }
  }
}

#include "fused_attention.h"

constexpr Loops kLoops = {Gelu,      GeluGrad,      Swish,     SwishGrad,
                          Normalise, NormaliseGrad, Attention, AttentionGrad};
