// Normalisation's loops, a part of fused_loops.h: x [batch, area, channels] in groups of neighbouring channels.

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

// Layer norm: rows of one place and one group, which need no sums by channel.
inline void NormaliseRows(const float* x, const float* gamma, const float* beta, float epsilon,
                          int64_t channels, int64_t from, int64_t to, float* y, float* means,
                          float* inverses) {
  const float share = 1.0f / static_cast<float>(channels);
  for (int64_t row = from; row < to; row++) {
    const float* in = x + row * channels;
    float *out = y + row * channels, sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t c = 0; c < channels; c++) sum += in[c];
    const float mean = sum * share;
#pragma omp simd reduction(+ : squares)
    for (int64_t c = 0; c < channels; c++) squares += (in[c] - mean) * (in[c] - mean);
    const float inverse = 1.0f / std::sqrt(squares * share + epsilon);
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) out[c] = (in[c] - mean) * inverse * gamma[c] + beta[c];
    means[row] = mean;
    inverses[row] = inverse;
  }
}

// Adds to dgamma and dbeta.
inline void NormaliseRowsGrad(const float* dy, const float* x, const float* gamma, const float* means,
                              const float* inverses, int64_t channels, int64_t from, int64_t to,
                              float* dx, float* dgamma, float* dbeta) {
  const float share = 1.0f / static_cast<float>(channels);
  for (int64_t row = from; row < to; row++) {
    const float *up = dy + row * channels, *in = x + row * channels;
    const float mean = means[row], inverse = inverses[row];
    float *out = dx + row * channels, sum = 0, along = 0;
#pragma omp simd reduction(+ : sum, along)
    for (int64_t c = 0; c < channels; c++) {
      const float normal = (in[c] - mean) * inverse, scaled = up[c] * gamma[c];
      dgamma[c] += up[c] * normal;
      dbeta[c] += up[c];
      sum += scaled;
      along += scaled * normal;
    }
    sum *= share;
    along *= share;
#pragma omp simd
    for (int64_t c = 0; c < channels; c++) {
      out[c] = inverse * (up[c] * gamma[c] - sum - (in[c] - mean) * inverse * along);
    }
  }
}

void Normalise(const float* x, const float* gamma, const float* beta, float epsilon, const Shape& s,
               int64_t from, int64_t to, float* memory, float* y, float* means, float* inverses) {
  const int64_t channels = s.channels, step = s.area * channels;
  if (s.area == 1 && s.groups == 1) {
    return NormaliseRows(x, gamma, beta, epsilon, channels, from, to, y, means, inverses);
  }
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
  if (s.area == 1 && s.groups == 1) {
    return NormaliseRowsGrad(dy, x, gamma, means, inverses, channels, from, to, dx, dgamma, dbeta);
  }
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
