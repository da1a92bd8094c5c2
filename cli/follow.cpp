#include "cli/follow.hpp"

#include "cli/event_stream.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

class Following {
 public:
  Following(Client& client, const std::string& ingest, ProgressLine& line, const Interrupt& interrupt,
            const FollowPace& pace)
      : client_(client),
        path_("/v1/ingests/" + percent_encode(ingest)),
        ingest_(ingest),
        line_(line),
        interrupt_(interrupt),
        pace_(pace) {}

  Result<Json> run() {
    line_.begin("connecting", std::nullopt);
    auto ended = until_ended();
    line_.end();
    return ended;
  }

 private:
  Result<Json> until_ended() {
    int attempts = 0;
    auto pause = pace_.pause;
    while (true) {
      heard_ = false;
      Result<void> broken = read_events();
      if (ended_) {
        return std::move(*ended_);
      }
      if (broken) {
        broken = fail(ErrorCode::unavailable, "the daemon ended the events before the ingest");
      }
      if (broken.error().code == ErrorCode::cancelled || broken.error().code == ErrorCode::not_found) {
        // A daemon that was started anew knows the versions that were sealed, and no ingest.
        broken.error().outcome_unknown = broken.error().code == ErrorCode::not_found;
        return fail(std::move(broken.error()));
      }
      if (heard_) {
        attempts = 0;
        pause = pace_.pause;
      }
      if (++attempts > pace_.attempts) {
        return given_up(std::move(broken.error()));
      }
      if (interrupt_.wait(pause)) {
        return fail(ErrorCode::cancelled, "interrupted");
      }
      pause = std::min(pause * 2, pace_.pause_max);
      ask();
      if (ended_) {
        return std::move(*ended_);
      }
    }
  }

  Result<void> read_events() {
    EventReader reader;
    const Request request{Method::get, path_ + "/events", {{"Accept", "text/event-stream"}}, {}};
    const auto response = client_.receive(
        request,
        [&](hashing::ByteView piece) {
          return reader.feed(hashing::as_text(piece), [this](const ServerEvent& event) { return take(event); });
        },
        {interrupt_.descriptor(), pace_.silence_max});
    if (!response) {
      return fail(response.error());
    }
    return response->is_success() ? Result<void>{} : fail(problem_of(*response));
  }

  Result<void> take(const ServerEvent& event) {
    if (event.name != "progress" && event.name != "end") {
      return {};
    }
    Json ingest = Json::parse(event.data, nullptr, false);
    if (!ingest.is_object()) {
      return fail(ErrorCode::internal, "the daemon sent an event that is no ingest");
    }
    show(ingest);
    heard_ = true;
    if (event.name == "end" || has_ended(ingest)) {
      ended_ = std::move(ingest);
    }
    return {};
  }

  /// The ingest itself: its end may have been said while nobody was connected. What it costs when the daemon does not
  /// answer, the next attempt will find as well.
  void ask() {
    auto ingest = json_of(client_.send({Method::get, path_, {}, {}}));
    if (ingest && has_ended(*ingest)) {
      ended_ = std::move(*ingest);
    }
  }

  void show(const Json& ingest) {
    std::string phase = ingest.at("state").get<std::string>();
    if (const auto attempt = ingest.find("attempt");
        attempt != ingest.end() && attempt->is_number_unsigned() && *attempt > 1) {
      phase += fmt::format(" (attempt {})", attempt->get<std::uint64_t>());
    }
    line_.rename(std::move(phase));
    line_.progress().rows = ingest.at("rows").get<std::uint64_t>();
    line_.progress().bytes = ingest.at("bytes").get<std::uint64_t>();
  }

  tl::unexpected<Error> given_up(Error error) const {
    error.reason = fmt::format("{}; ingest {} may go on without being watched: rowprint jobs", error.reason, ingest_);
    error.outcome_unknown = true;
    return fail(std::move(error));
  }

  Client& client_;
  const std::string path_;
  const std::string& ingest_;
  ProgressLine& line_;
  const Interrupt& interrupt_;
  const FollowPace& pace_;
  bool heard_ = false;
  std::optional<Json> ended_;
};

}  // namespace

Result<Json> follow_ingest(Client& client, const std::string& ingest, ProgressLine& line, const Interrupt& interrupt,
                           const FollowPace& pace) {
  return Following{client, ingest, line, interrupt, pace}.run();
}

bool has_ended(const Json& ingest) {
  return !ingest.at("ended").is_null();
}

}  // namespace rowprint::cli
