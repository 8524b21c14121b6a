// Attention's loops, a part of fused_loops.h: softmax(QKᵀ/√d + mask)·V, head by head, kQueries queries at a
// time, whose scores stay in a near cache.

constexpr int kQueries = UNIDIFF_QUERIES;

// Sixteen numbers, as many as a register of AVX-512 holds; smaller ones work in parts.
typedef float Lanes __attribute__((vector_size(64), aligned(4), may_alias));

inline Lanes Load(const float* at) { return *reinterpret_cast<const Lanes*>(at); }
inline void Store(float* at, Lanes value) { *reinterpret_cast<Lanes*>(at) = value; }

// out[i][j] = Σ_k a[i][k]·b[k][j] over `count` k, for kQueries rows of a, each `stride` long; `width`, that
// of b and out, is a multiple of 16.
inline void Multiply(const float* a, int64_t stride, int64_t count, const float* b, int64_t width,
                     float* out) {
  for (int64_t j = 0; j < width; j += 16) {
    Lanes sums[kQueries] = {};
    const float* row = b + j;
    for (int64_t k = 0; k < count; k++, row += width) {
      const Lanes some = Load(row);
#pragma GCC unroll 8
      for (int i = 0; i < kQueries; i++) sums[i] += a[i * stride + k] * some;
    }
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; i++) Store(out + i * width + j, sums[i]);
  }
}

// sums[j][d] += Σ_i p[i][j]·rows[i][d] over kQueries i.
inline void Spread(const float* p, int64_t columns, int64_t count, const float* rows, int64_t depth,
                   float* sums) {
  for (int64_t d = 0; d < depth; d += 16) {
    Lanes row[kQueries];
#pragma GCC unroll 8
    for (int i = 0; i < kQueries; i++) row[i] = Load(rows + i * depth + d);
    float* sum = sums + d;
    for (int64_t j = 0; j < count; j++, sum += depth) {
      Lanes a = Load(sum);
#pragma GCC unroll 8
      for (int i = 0; i < kQueries; i++) a += p[i * columns + j] * row[i];
      Store(sum, a);
    }
  }
}

// Rows `from` to `from + kQueries` of a head times `scale`, zeros where there is none; each `depth` long.
inline void Rows(const float* x, const Heads& s, int64_t from, int64_t count, float scale, float* out) {
  for (int64_t i = 0; i < kQueries; i++) {
    float* row = out + i * s.depth();
    Fill(row, s.depth(), 0.0f);
    if (from + i >= count) continue;
    const float* in = x + (from + i) * s.width();
    for (int64_t d = 0; d < s.size; d++) row[d] = scale * in[d];
  }
}

// All rows of a head: as they are, and transposed; either may be null.
inline void Pack(const float* x, const Heads& s, float* rows, float* transposed) {
  const int64_t depth = s.depth(), columns = s.columns();
  if (rows) Fill(rows, columns * depth, 0.0f);
  if (transposed) Fill(transposed, columns * depth, 0.0f);
  for (int64_t j = 0; j < s.keys; j++) {
    const float* in = x + j * s.width();
    for (int64_t d = 0; rows && d < s.size; d++) rows[j * depth + d] = in[d];
    for (int64_t d = 0; transposed && d < s.size; d++) transposed[d * columns + j] = in[d];
  }
}

// Softmax of kQueries rows of scores, of which row `from` of the mask is the first's.
inline void Weights(float* scores, const Heads& s, const float* mask, int64_t from) {
  const int64_t columns = s.columns();
  for (int64_t i = 0; i < kQueries; i++) {
    float *row = scores + i * columns, top = -3.4e38f, sum = 0;
    if (mask && from + i < s.queries) {
      const float* added = mask + (from + i) * s.keys;
#pragma omp simd
      for (int64_t j = 0; j < s.keys; j++) row[j] += added[j];
    }
#pragma omp simd reduction(max : top)
    for (int64_t j = 0; j < s.keys; j++) top = row[j] > top ? row[j] : top;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < s.keys; j++) {
      row[j] = Exp(row[j] - top);
      sum += row[j];
    }
    const float share = 1.0f / sum;
#pragma omp simd
    for (int64_t j = 0; j < s.keys; j++) row[j] *= share;
    Fill(row + s.keys, columns - s.keys, 0.0f);
  }
}

void Attention(const float* q, const float* k, const float* v, const float* mask, const Heads& s,
               int64_t from, int64_t to, float* memory, float* y) {
  const int64_t depth = s.depth(), columns = s.columns();
  float *keys = memory, *values = keys + columns * depth, *weights = values + columns * depth;
  float *rows = weights + kQueries * columns, *out = rows + kQueries * depth;
  for (int64_t head = from; head < to; head++) {
    const int64_t first = s.first(head, s.queries), other = s.first(head, s.keys);
    Pack(k + other, s, nullptr, keys);
    Pack(v + other, s, values, nullptr);
    for (int64_t i = 0; i < s.queries; i += kQueries) {
      Rows(q + first, s, i, s.queries, s.scale(), rows);
      Multiply(rows, depth, depth, keys, columns, weights);
      Weights(weights, s, mask, i);
      Multiply(weights, columns, s.keys, values, depth, out);
      for (int64_t r = 0; r < kQueries && i + r < s.queries; r++) {
        float* to_row = y + first + (i + r) * s.width();
        for (int64_t d = 0; d < s.size; d++) to_row[d] = out[r * depth + d];
      }
    }
  }
}

// With P the weights: dP = dY·Vᵀ, dS = P∘(dP - Σ P∘dP), dQ = dS·K/√d, dK = dSᵀ·Q/√d, dV = Pᵀ·dY.
void AttentionGrad(const float* dy, const float* q, const float* k, const float* v,
                   const float* mask, const Heads& s, int64_t from, int64_t to, float* memory,
                   float* dq, float* dk, float* dv) {
  const int64_t depth = s.depth(), columns = s.columns(), whole = columns * depth;
  float *keys_t = memory, *keys = keys_t + whole, *values_t = keys + whole;
  float *dkeys = values_t + whole, *dvalues = dkeys + whole, *weights = dvalues + whole;
  float *dweights = weights + kQueries * columns, *rows = dweights + kQueries * columns;
  float *up = rows + kQueries * depth, *out = up + kQueries * depth;
  for (int64_t head = from; head < to; head++) {
    const int64_t first = s.first(head, s.queries), other = s.first(head, s.keys);
    Pack(k + other, s, keys, keys_t);
    Pack(v + other, s, nullptr, values_t);
    Fill(dkeys, whole, 0.0f);
    Fill(dvalues, whole, 0.0f);
    for (int64_t i = 0; i < s.queries; i += kQueries) {
      Rows(q + first, s, i, s.queries, s.scale(), rows);
      Rows(dy + first, s, i, s.queries, 1.0f, up);
      Multiply(rows, depth, depth, keys_t, columns, weights);
      Weights(weights, s, mask, i);
      Multiply(up, depth, depth, values_t, columns, dweights);
      Spread(weights, columns, s.keys, up, depth, dvalues);
      for (int64_t r = 0; r < kQueries; r++) {
        const float* p = weights + r * columns;
        float *dp = dweights + r * columns, along = 0;
#pragma omp simd reduction(+ : along)
        for (int64_t j = 0; j < columns; j++) along += p[j] * dp[j];
#pragma omp simd
        for (int64_t j = 0; j < columns; j++) dp[j] = p[j] * (dp[j] - along);
      }
      Spread(dweights, columns, s.keys, rows, depth, dkeys); // rows are scaled already
      Multiply(dweights, columns, s.keys, keys, depth, out);
      for (int64_t r = 0; r < kQueries && i + r < s.queries; r++) {
        float* to_row = dq + first + (i + r) * s.width();
        for (int64_t d = 0; d < s.size; d++) to_row[d] = s.scale() * out[r * depth + d];
      }
    }
    for (int64_t j = 0; j < s.keys; j++) {
      float *to_key = dk + other + j * s.width(), *to_value = dv + other + j * s.width();
      for (int64_t d = 0; d < s.size; d++) to_key[d] = dkeys[j * depth + d];
      for (int64_t d = 0; d < s.size; d++) to_value[d] = dvalues[j * depth + d];
    }
  }
}
