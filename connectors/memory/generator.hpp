#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <utility>

namespace rowprint {

/// Rows that a coroutine makes one by one with co_yield: an input range, read once.
///
/// Lifecycle: nothing runs before begin(); destroying it destroys the coroutine where it stands. Move-only.
/// Thread safety: none; successive steps may run on different threads. Ownership: owns the coroutine's frame, and with
/// it the coroutine's parameters: those taken by value live as long as the generator, those taken by reference do not.
///
///   OK   Generator<Flight> read(std::string path);        // the frame has a copy
///   BUG  Generator<Flight> read(const std::string& path);
///        auto flights = read(directory + "/flights");     // the temporary is gone before the first row
///   OK   auto flights = [](Database* db) -> Generator<Flight> { … }(&db);
///   BUG  auto flights = [&db]() -> Generator<Flight> { … }();  // the closure is gone before the first row
///
///   OK   const Record row{{"id", value}}; co_yield row;
///   BUG  co_yield Record{{"id", value}};  // gcc 12 cannot compile an initializer list inside co_yield
///
/// Errors: what the coroutine throws is thrown by begin() or by the iterator's ++.
template <typename T>
class [[nodiscard]] Generator {
 public:
  struct promise_type {
    const T* row = nullptr;
    std::exception_ptr thrown;

    Generator get_return_object() { return Generator{Handle::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(const T& value) noexcept {
      row = std::addressof(value);
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() noexcept { thrown = std::current_exception(); }
    /// A generator is read by whoever calls ++: it has nobody to wait for.
    template <typename Awaitable>
    std::suspend_never await_transform(Awaitable&&) = delete;
  };

  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator(Iterator&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
    Iterator& operator=(Iterator&& other) noexcept {
      coroutine_ = std::exchange(other.coroutine_, nullptr);
      return *this;
    }
    const T& operator*() const { return *coroutine_.promise().row; }
    Iterator& operator++() {
      resume(coroutine_);
      return *this;
    }
    void operator++(int) { ++*this; }
    bool operator==(std::default_sentinel_t) const { return coroutine_.done(); }

   private:
    friend class Generator;
    explicit Iterator(std::coroutine_handle<promise_type> coroutine) : coroutine_(coroutine) {}
    std::coroutine_handle<promise_type> coroutine_;
  };

  Generator(Generator&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Generator& operator=(Generator&& other) noexcept {
    std::swap(coroutine_, other.coroutine_);
    return *this;
  }
  ~Generator() {
    if (coroutine_) {
      coroutine_.destroy();
    }
  }

  /// Runs to the first row. Called once.
  Iterator begin() {
    resume(coroutine_);
    return Iterator{coroutine_};
  }
  std::default_sentinel_t end() const noexcept { return {}; }

 private:
  using Handle = std::coroutine_handle<promise_type>;
  explicit Generator(Handle coroutine) : coroutine_(coroutine) {}

  static void resume(Handle coroutine) {
    coroutine.resume();
    if (coroutine.promise().thrown) {
      std::rethrow_exception(std::exchange(coroutine.promise().thrown, nullptr));
    }
  }

  Handle coroutine_;
};

}  // namespace rowprint
