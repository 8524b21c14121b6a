// Threads for the operations of fused_kernels.cc: TensorFlow's C interface for kernels lends none of its own.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace {

// Helpers that live as long as the process.
class Crew {
 public:
  // As many as TensorFlow has altogether (lib/runtime/threads.ts), with the thread that asks.
  static Crew& Instance() {
    static Crew* crew = new Crew;  // never freed: helpers may outlive all else
    return *crew;
  }

  // Runs work(0), ..., work(count - 1), each once, here and by helpers; returns when all are done.
  void Run(int count, const std::function<void(int)>& work) {
    if (helpers_ == 0 || count == 1) {
      for (int i = 0; i < count; i++) work(i);
      return;
    }
    const auto job = std::make_shared<Job>(count, &work);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      jobs_.push_back(job);
    }
    for (int i = std::min(count - 1, helpers_); i > 0; i--) wake_.notify_one();
    job->Help();
    std::unique_lock<std::mutex> lock(job->mutex);
    job->all.wait(lock, [&] { return job->done == count; });
  }

 private:
  struct Job {
    const int count;
    const std::function<void(int)>* work;
    std::atomic<int> next{0};
    int done = 0;
    std::mutex mutex;
    std::condition_variable all;

    Job(int count, const std::function<void(int)>* work) : count(count), work(work) {}
    void Help() {
      int mine = 0;
      for (int i; (i = next.fetch_add(1)) < count; mine++) (*work)(i);
      if (mine == 0) return;
      std::lock_guard<std::mutex> lock(mutex);
      done += mine;
      if (done == count) all.notify_all();
    }
  };

  static int Setting(const char* name, int otherwise) {
    const char* asked = std::getenv(name);
    const int count = asked == nullptr ? 0 : std::atoi(asked);
    return count > 0 ? count : otherwise;
  }

  Crew() {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    const int threads = Setting("TF_NUM_INTRAOP_THREADS", cores) * Setting("TF_NUM_INTEROP_THREADS", 1);
    helpers_ = std::max(0, threads - 1);
    for (int i = 0; i < helpers_; i++) std::thread([this] { Serve(); }).detach();
  }

  void Serve() {
    for (;;) {
      std::shared_ptr<Job> job;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        wake_.wait(lock, [&] { return !jobs_.empty(); });
        job = jobs_.front();
        if (job->next.load() >= job->count) {
          jobs_.pop_front();
          continue;
        }
      }
      job->Help();
      std::lock_guard<std::mutex> lock(mutex_);
      const auto place = std::find(jobs_.begin(), jobs_.end(), job);
      if (place != jobs_.end()) jobs_.erase(place);
    }
  }

  int helpers_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Job>> jobs_;
};

// Below so many numbers a helper is not woken: it would take the place of an operation that runs beside.
constexpr int64_t kWorthHelp = 1 << 19;

// Runs work(block, from, to) for blocks of at most `grain` of `count`.
template <typename Work>
void InBlocks(int64_t count, int64_t grain, int64_t numbers, const Work& work) {
  const int blocks = static_cast<int>((count + grain - 1) / grain);
  const auto one = [&](int block) {
    work(block, block * grain, std::min(count, (block + 1) * grain));
  };
  if (numbers < kWorthHelp) {
    for (int i = 0; i < blocks; i++) one(i);
  } else {
    Crew::Instance().Run(blocks, one);
  }
}

// So many parts at most have what is divided by pictures or rows.
constexpr int64_t kParts = 8;
inline int64_t PartOf(int64_t count) { return std::max<int64_t>(1, (count + kParts - 1) / kParts); }

// Adds up `width` sums that work(from, to, sums) makes of the parts of `count`, in their order.
template <typename Work>
void InShares(int64_t count, int64_t numbers, int64_t width, float* sums, const Work& work) {
  std::vector<float> shares(kParts * width);
  InBlocks(count, PartOf(count), numbers, [&](int block, int64_t from, int64_t to) {
    work(from, to, shares.data() + block * width);
  });
  std::copy(shares.begin(), shares.begin() + width, sums);
  for (int64_t block = 1; block < kParts; block++) {
    for (int64_t i = 0; i < width; i++) sums[i] += shares[block * width + i];
  }
}

}  // namespace
