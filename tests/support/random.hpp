#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>
#include <string_view>

namespace rowprint::test {

/// The seed of this run: the environment's ROWPRINT_SEED, else a new one. Printed the first time it is asked for, so
/// that a failure can be had again.
std::uint64_t run_seed();

/// Random numbers that are the same on every machine for the same seed. Thread safety: none.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  std::uint64_t bits() { return engine_(); }
  /// In [0, bound). `bound` is not 0. Slightly uneven, which no test minds.
  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <typename T>
  T pick(std::initializer_list<T> choices) {
    return choices.begin()[below(choices.size())];
  }
  template <typename Range>
  const auto& pick(const Range& choices) {
    return choices[below(std::size(choices))];
  }
  template <typename Range>
  void shuffle(Range& range) {
    for (std::size_t i = std::size(range); i > 1; --i) {
      std::swap(range[i - 1], range[below(i)]);
    }
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace rowprint::test
