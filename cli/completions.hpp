#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace rowprint::cli {

/// What may stand in one place of a command line.
struct CompletionValue {
  enum class Kind : std::uint8_t { anything, file, dataset, source, choice } kind = Kind::anything;
  std::vector<std::string> choices;
};

struct CompletionOption {
  std::vector<std::string> names;  ///< with their dashes
  std::string about;
  bool takes_value = false;
  CompletionValue value;
};

struct CompletionVerb {
  std::string name;
  std::string about;
  std::vector<CompletionOption> options;
  std::vector<CompletionValue> places;
};

/// What a shell needs to know of the command line.
struct CompletionModel {
  std::vector<CompletionOption> common;
  std::vector<CompletionVerb> verbs;
};

/// Reads the parser's description. A place is completed by its name (FILE, DATASET, SOURCE), an option by its
/// text where that begins so, anything else where its text is `one|of|these`.
CompletionModel completion_model(const CLI::App& app);

std::string bash_completion(const CompletionModel& model);
std::string zsh_completion(const CompletionModel& model);
std::string fish_completion(const CompletionModel& model);

}  // namespace rowprint::cli
