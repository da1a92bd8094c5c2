#include "tests/unit/daemon/scripted_database.hpp"

#include "tests/support/rows_source.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rowprint::daemon {
namespace {

awaitable<void> wait_for(const std::atomic<bool>& flag) {
  const auto executor = co_await boost::asio::this_coro::executor;
  while (!flag) {
    boost::asio::steady_timer timer{executor, std::chrono::milliseconds{1}};
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

class ScriptedSource final : public sql::QuerySource {
 public:
  ScriptedSource(std::shared_ptr<Script> script, std::function<Scene()> next)
      : script_(std::move(script)), next_(std::move(next)) {
    script_->sources_alive += 1;
  }
  ~ScriptedSource() override { script_->sources_alive -= 1; }

  awaitable<Result<void>> open() override {
    scene_ = next_();
    rows_.emplace(scene_.rows, 2);
    if (scene_.silent) {
      co_await wait_for(script_->released);
    }
    if (scene_.refused) {
      co_return fail(*scene_.refused);
    }
    co_return Result<void>{};
  }

  awaitable<Result<std::optional<Batch>>> next() override {
    auto batch = co_await rows_->next();
    if (!batch || *batch) {
      co_return batch;
    }
    if (scene_.endless) {
      co_await wait_for(cancelled_);
      co_return fail(ErrorCode::cancelled, "by the database");
    }
    if (scene_.broken) {
      co_return fail(*scene_.broken);
    }
    co_return batch;
  }
  void cancel() noexcept override {
    script_->cancels += 1;
    cancelled_ = true;
  }

 private:
  std::shared_ptr<Script> script_;
  std::function<Scene()> next_;
  Scene scene_;
  std::optional<test::RowsSource> rows_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace

class ScriptedDatabase final : public sql::Database {
 public:
  ScriptedDatabase(std::shared_ptr<Script> script, sql::DatabaseSettings settings)
      : script_(std::move(script)), settings_(std::move(settings)) {}

  std::string description() const override { return "scripted:"; }
  awaitable<Result<std::string>> test() override {
    const Scene scene = script_->next(settings_.password);
    if (scene.refused) {
      co_return fail(*scene.refused);
    }
    co_return "Scripted 1.0";
  }
  Result<std::unique_ptr<sql::QuerySource>> query(sql::Query, BatchBuilder::Limits) override {
    return std::make_unique<ScriptedSource>(
        script_, [script = script_, password = settings_.password] { return script->next(password); });
  }

 private:
  std::shared_ptr<Script> script_;
  sql::DatabaseSettings settings_;
};

OpenDatabase Script::database_of(const std::shared_ptr<Script>& script) {
  return [script](sql::DatabaseSettings settings) -> Result<std::unique_ptr<sql::Database>> {
    if (settings.url.starts_with("bad:")) {
      return fail(ErrorCode::bad_input, "the URL is none");
    }
    return std::make_unique<ScriptedDatabase>(script, std::move(settings));
  };
}

std::string Script::password() const {
  const std::scoped_lock lock{mutex_};
  return password_;
}

Scene Script::next(const std::optional<std::string>& password) {
  connections += 1;
  const std::scoped_lock lock{mutex_};
  password_ = password.value_or("");
  Scene scene = scenes_.front();
  if (scenes_.size() > 1) {
    scenes_.pop_front();
  }
  return scene;
}

Error lasting(ErrorCode code, std::string reason) {
  Error error;
  error.code = code;
  error.reason = std::move(reason);
  return error;
}

Error passing(ErrorCode code, std::string reason) {
  Error error = lasting(code, std::move(reason));
  error.retryable = true;
  return error;
}

std::vector<test::Row> numbers(int count, int first) {
  std::vector<test::Row> rows;
  for (int n = first; n < first + count; ++n) {
    rows.push_back({{"n", Value{std::int64_t{n}}}});
  }
  return rows;
}

}  // namespace rowprint::daemon
