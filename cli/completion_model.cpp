#include "cli/completions.hpp"

#include <CLI/CLI.hpp>

namespace rowprint::cli {
namespace {

CompletionValue value_of(const CLI::Option& option) {
  const std::string text = option.get_option_text();
  if (option.check_name("FILE") || text == "FILE") {
    return {CompletionValue::Kind::file, {}};
  }
  if (option.check_name("DATASET")) {
    return {CompletionValue::Kind::dataset, {}};
  }
  if (option.check_name("SOURCE") || text.starts_with("SOURCE")) {
    return {CompletionValue::Kind::source, {}};
  }
  if (text.find('|') != std::string::npos) {
    return {CompletionValue::Kind::choice, CLI::detail::split(text, '|')};
  }
  return {};
}

CompletionOption option_of(const CLI::Option& option) {
  CompletionOption made;
  for (const std::string& name : option.get_snames()) {
    made.names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    made.names.push_back("--" + name);
  }
  made.about = option.get_description();
  made.takes_value = option.get_items_expected_max() > 0;
  made.value = value_of(option);
  return made;
}

bool is_help(const CLI::Option& option) {
  return option.check_lname("help");
}

}  // namespace

CompletionModel completion_model(const CLI::App& app) {
  CompletionModel model;
  for (const CLI::Option* option : app.get_options()) {
    model.common.push_back(option_of(*option));
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    CompletionVerb verb{sub->get_name(), sub->get_description(), {}, {}};
    for (const CLI::Option* option : sub->get_options()) {
      if (option->get_positional()) {
        verb.places.push_back(value_of(*option));
      } else if (!is_help(*option)) {
        verb.options.push_back(option_of(*option));
      }
    }
    model.verbs.push_back(std::move(verb));
  }
  return model;
}

}  // namespace rowprint::cli
