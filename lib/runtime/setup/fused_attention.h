// Attention's loops, a part of fused_loops.h: softmax(QKᵀ/√d + mask)·V, head by head, a block of queries at
// a time. Scores lie transposed, [keys, queries of the block], so that a register holds neighbouring queries:
// a softmax needs no sum across a register, and heads may have any number of numbers.

// As many numbers as a register of this generation holds. (With longer ones the compiler passes them
// through memory: six times as slow on AVX2.)
constexpr int kLanes = UNIDIFF_LANES;
typedef float Lanes __attribute__((vector_size(4 * kLanes), aligned(4), may_alias));

// Rows of a product whose sums fit into the registers, two for each row.
constexpr int kRows = UNIDIFF_ROWS;

constexpr int64_t kBlock = 2 * kLanes;

inline Lanes Load(const float* at) { return *reinterpret_cast<const Lanes*>(at); }
inline void Store(float* at, Lanes value) { *reinterpret_cast<Lanes*>(at) = value; }

// ---- Products --------------------------------------------------------------------------------------

// A matrix that is read number by number: (r, k) lies at r·row + k·column.
struct Matrix {
  const float* at;
  int64_t row, column;
  Matrix From(int64_t r) const { return {at + r * row, row, column}; }
};

// R rows and V registers of columns of Multiply.
template <int R, int V>
inline void Tile(Matrix a, int64_t count, const float* b, int64_t width, bool more, float* out) {
  Lanes sums[R][V];
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) {
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) sums[r][v] = more ? Load(out + r * width + v * kLanes) : Lanes{};
  }
  for (int64_t k = 0; k < count; k++, b += width) {
    Lanes some[V];
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) some[v] = Load(b + v * kLanes);
#pragma GCC unroll 8
    for (int r = 0; r < R; r++) {
      const float one = a.at[r * a.row + k * a.column];
#pragma GCC unroll 2
      for (int v = 0; v < V; v++) sums[r][v] += one * some[v];
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) {
#pragma GCC unroll 2
    for (int v = 0; v < V; v++) Store(out + r * width + v * kLanes, sums[r][v]);
  }
}

template <int V>
inline void Columns(Matrix a, int64_t rows, int64_t count, const float* b, int64_t width, bool more,
                    float* out) {
  int64_t r = 0;
  for (; r + kRows <= rows; r += kRows) {
    Tile<kRows, V>(a.From(r), count, b, width, more, out + r * width);
  }
  for (; r + 4 <= rows; r += 4) Tile<4, V>(a.From(r), count, b, width, more, out + r * width);
  for (; r < rows; r++) Tile<1, V>(a.From(r), count, b, width, more, out + r * width);
}

// out [rows, width] = a [rows, count]·b [count, width], or with `more` that added to out; width is a multiple
// of kLanes.
inline void Multiply(Matrix a, int64_t rows, int64_t count, const float* b, int64_t width, bool more,
                     float* out) {
  int64_t c = 0;
  for (; c + 2 * kLanes <= width; c += 2 * kLanes) {
    Columns<2>(a, rows, count, b + c, width, more, out + c);
  }
  if (c < width) Columns<1>(a, rows, count, b + c, width, more, out + c);
}

// ---- Rows of a head --------------------------------------------------------------------------------

// Queries of the block that begins at `from`: kBlock, or half of that where it holds all that are left.
inline int64_t BlockFrom(const Heads& s, int64_t from) {
  return s.queries - from > kLanes ? kBlock : kLanes;
}

// Rows of a block times `scale`, zeros where there is none: [block, depth] unless null, and [size, block].
inline void GetRows(const float* x, const Heads& s, int64_t from, int64_t block, float scale,
                    float* rows, float* transposed) {
  const int64_t depth = s.depth();
  if (rows) Fill(rows, block * depth, 0.0f);
  Fill(transposed, s.size * block, 0.0f);
  for (int64_t i = 0; i < block && from + i < s.queries; i++) {
    const float* in = x + (from + i) * s.width();
    for (int64_t d = 0; rows && d < s.size; d++) rows[i * depth + d] = scale * in[d];
    for (int64_t d = 0; d < s.size; d++) transposed[d * block + i] = scale * in[d];
  }
}

// The other way, from [size, block].
inline void PutRows(const float* transposed, const Heads& s, int64_t from, int64_t block, float scale,
                    float* x) {
  for (int64_t i = 0; i < block && from + i < s.queries; i++) {
    float* out = x + (from + i) * s.width();
    for (int64_t d = 0; d < s.size; d++) out[d] = scale * transposed[d * block + i];
  }
}

// A head's keys or values side by side, [keys, size].
inline void Pack(const float* x, const Heads& s, float* rows) {
  for (int64_t j = 0; j < s.keys; j++, x += s.width(), rows += s.size) {
    for (int64_t d = 0; d < s.size; d++) rows[d] = x[d];
  }
}

// The other way, from [keys, depth].
inline void Unpack(const float* rows, const Heads& s, float* x) {
  for (int64_t j = 0; j < s.keys; j++, x += s.width(), rows += s.depth()) {
    for (int64_t d = 0; d < s.size; d++) x[d] = rows[d];
  }
}

// ---- Softmax over the keys -------------------------------------------------------------------------

inline void AddMask(const float* mask, const Heads& s, int64_t from, int64_t block, float* scores) {
  for (int64_t i = 0; mask && i < block && from + i < s.queries; i++) {
    for (int64_t j = 0; j < s.keys; j++) scores[j * block + i] += mask[(from + i) * s.keys + j];
  }
}

// Weights before they are divided by their sum, e^(score - the largest) in place of each score of
// [keys, block]; `share` is 1 / sum.
template <int64_t block>
inline void Weights(float* scores, int64_t keys, float* share) {
  float top[block], sum[block];
  Fill(top, block, -3.4e38f);
  Fill(sum, block, 0.0f);
  const float* row = scores;
  for (int64_t j = 0; j < keys; j++, row += block) {
#pragma omp simd
    for (int64_t i = 0; i < block; i++) top[i] = row[i] > top[i] ? row[i] : top[i];
  }
  for (int64_t j = 0; j < keys; j++, scores += block) {
#pragma omp simd
    for (int64_t i = 0; i < block; i++) {
      scores[i] = ExpUpTo88(scores[i] - top[i]);
      sum[i] += scores[i];
    }
  }
  for (int64_t i = 0; i < block; i++) share[i] = 1.0f / sum[i];
}

// dS = P∘(dP - Σ P∘dP) in place of dP, with P the weights times `share`.
template <int64_t block>
inline void WeightsGrad(const float* weights, const float* share, int64_t keys, float* dweights) {
  float along[block];
  Fill(along, block, 0.0f);
  for (int64_t j = 0; j < keys * block; j += block) {
#pragma omp simd
    for (int64_t i = 0; i < block; i++) along[i] += weights[j + i] * dweights[j + i];
  }
  for (int64_t i = 0; i < block; i++) along[i] *= share[i];
  for (int64_t j = 0; j < keys * block; j += block) {
#pragma omp simd
    for (int64_t i = 0; i < block; i++) {
      dweights[j + i] = weights[j + i] * share[i] * (dweights[j + i] - along[i]);
    }
  }
}

// ---- Attention -------------------------------------------------------------------------------------

void Attention(const float* q, const float* k, const float* v, const float* mask, const Heads& s,
               int64_t from, int64_t to, float* memory, float* y) {
  const int64_t whole = s.keys * s.size;
  float *keys = memory, *values = keys + whole, *weights = values + whole;
  float *queries_t = weights + s.keys * kBlock, *out_t = queries_t + s.size * kBlock;
  float share[kBlock];
  for (int64_t head = from; head < to; head++) {
    const int64_t first = s.first(head, s.queries), other = s.first(head, s.keys);
    Pack(k + other, s, keys);
    Pack(v + other, s, values);
    for (int64_t i = 0, block; i < s.queries; i += block) {
      block = BlockFrom(s, i);
      GetRows(q + first, s, i, block, s.scale(), nullptr, queries_t);
      Multiply({keys, s.size, 1}, s.keys, s.size, queries_t, block, false, weights);
      AddMask(mask, s, i, block, weights);
      if (block == kBlock) Weights<kBlock>(weights, s.keys, share);
      else Weights<kLanes>(weights, s.keys, share);
      Multiply({values, 1, s.size}, s.size, s.keys, weights, block, false, out_t);
      for (int64_t d = 0; d < s.size; d++) {
        for (int64_t r = 0; r < block; r++) out_t[d * block + r] *= share[r];
      }
      PutRows(out_t, s, i, block, 1.0f, y + first);
    }
  }
}

// With P the weights: dP = dY·Vᵀ, dS = P∘(dP - Σ P∘dP), dQ = dS·K/√d, dK = dSᵀ·Q/√d, dV = Pᵀ·dY.
void AttentionGrad(const float* dy, const float* q, const float* k, const float* v,
                   const float* mask, const Heads& s, int64_t from, int64_t to, float* memory,
                   float* dq, float* dk, float* dv) {
  const int64_t whole = s.keys * s.size, depth = s.depth(), some = depth * kBlock;
  float *keys = memory, *values = keys + whole;
  float *dkeys = values + whole, *dvalues = dkeys + s.keys * depth;
  float *weights = dvalues + s.keys * depth, *dweights = weights + s.keys * kBlock;
  float *queries = dweights + s.keys * kBlock, *queries_t = queries + some;
  float *up = queries_t + some, *up_t = up + some, *out_t = up_t + some;
  float share[kBlock];
  for (int64_t head = from; head < to; head++) {
    const int64_t first = s.first(head, s.queries), other = s.first(head, s.keys);
    Pack(k + other, s, keys);
    Pack(v + other, s, values);
    for (int64_t i = 0, block; i < s.queries; i += block) {
      block = BlockFrom(s, i);
      GetRows(q + first, s, i, block, s.scale(), queries, queries_t);
      GetRows(dy + first, s, i, block, 1.0f, up, up_t);
      Multiply({keys, s.size, 1}, s.keys, s.size, queries_t, block, false, weights);
      AddMask(mask, s, i, block, weights);
      Multiply({values, s.size, 1}, s.keys, s.size, up_t, block, false, dweights);
      if (block == kBlock) {
        Weights<kBlock>(weights, s.keys, share);
        WeightsGrad<kBlock>(weights, share, s.keys, dweights);
      } else {
        Weights<kLanes>(weights, s.keys, share);
        WeightsGrad<kLanes>(weights, share, s.keys, dweights);
      }
      for (int64_t r = 0; r < block; r++) {
        for (int64_t d = 0; d < depth; d++) up[r * depth + d] *= share[r];
      }
      // Queries are scaled already.
      Multiply({weights, block, 1}, s.keys, block, up, depth, i > 0, dvalues);
      Multiply({dweights, block, 1}, s.keys, block, queries, depth, i > 0, dkeys);
      Multiply({keys, 1, s.size}, s.size, s.keys, dweights, block, false, out_t);
      PutRows(out_t, s, i, block, s.scale(), dq + first);
    }
    Unpack(dkeys, s, dk + other);
    Unpack(dvalues, s, dv + other);
  }
}
