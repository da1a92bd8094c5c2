#include "daemon/routes/events.hpp"

#include "daemon/json/forms.hpp"
#include "ingest/wakeup.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <nlohmann/json.hpp>

namespace rowprint::daemon {
namespace {

/// The text of a JSON value is one line, which an event's data must be.
std::string event(std::string_view name, const Job& job) {
  return fmt::format("event: {}\ndata: {}\n", name, to_text(json_of(job, system_now())));
}

}  // namespace

awaitable<Result<bool>> JobEvents::next(std::string& into) {
  into.clear();
  if (ended_) {
    co_return false;
  }
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto progress = record_->look().progress;
  for (;;) {
    const Wakeup wakeup{executor, until_due(Clock::now())};
    const auto watch = progress->state.watch([wakeup] { wakeup.wake(); });
    if (say(into, Clock::now())) {
      co_return true;
    }
    co_await wakeup.sleep();
  }
}

bool JobEvents::say(std::string& into, Clock::time_point now) {
  const Job job = record_->look();
  const Told seen{job.state, job.attempt, job.progress->rows, job.progress->bytes};
  ended_ = job.ended.has_value();
  const bool changed = !told_ || seen.state != told_->state || seen.attempt != told_->attempt;
  if (ended_) {
    into = event("end", job);
  } else if (changed || (seen != *told_ && now >= told_at_ + pace_.period)) {
    into = event("progress", job);
    told_ = seen;
    told_at_ = now;
  } else if (now >= spoke_at_ + pace_.silence) {
    into = ": nothing new\n\n";
  } else {
    return false;
  }
  spoke_at_ = now;
  return true;
}

JobEvents::Clock::duration JobEvents::until_due(Clock::time_point now) const {
  const Clock::time_point counts = told_at_ + pace_.period;
  return std::min(counts > now ? counts : now + pace_.period, spoke_at_ + pace_.silence) - now;
}

}  // namespace rowprint::daemon
