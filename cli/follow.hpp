#pragma once

#include "cli/client.hpp"
#include "cli/interrupt.hpp"
#include "cli/problem.hpp"
#include "cli/progress.hpp"

#include <chrono>
#include <string>

namespace rowprint::cli {

/// How patiently an ingest is followed.
struct FollowPace {
  std::chrono::milliseconds silence_max{45'000};  ///< of a stream in which the daemon says something every 15 s
  std::chrono::milliseconds pause{200};           ///< before asking again; doubled each time nothing was heard
  std::chrono::milliseconds pause_max{5'000};
  int attempts = 10;  ///< that were given up without having heard anything new
};

/// Follows an ingest by its events until it has ended, and gives the ingest as it ended, whatever it came to. `line`
/// shows how far it is.
///
/// A stream of events that breaks off or falls silent is asked for again, and the ingest itself in between. Blocks.
/// Errors: cancelled once `interrupt` is raised (the ingest goes on); not_found when the daemon does not know the
/// ingest (any more: it was started anew), and those of the client, as of the last attempt, with outcome_unknown.
Result<Json> follow_ingest(Client& client, const std::string& ingest, ProgressLine& line, const Interrupt& interrupt,
                           const FollowPace& pace = {});

/// Whether an ingest as JSON has ended.
bool has_ended(const Json& ingest);

}  // namespace rowprint::cli
