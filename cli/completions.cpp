#include "cli/completions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>

namespace rowprint::cli {
namespace {

using Kind = CompletionValue::Kind;

std::string words(const std::vector<std::string>& list) {
  return fmt::format("{}", fmt::join(list, " "));
}

/// Puts a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) {
      result.push_back('\\');
    }
    result.push_back(c);
  }
  return result;
}

/// Inside single quotes of a POSIX shell.
std::string single_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    result += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  }
  return result + "'";
}

/// Every option of the model, once a name.
std::vector<CompletionOption> all_options(const CompletionModel& model) {
  std::vector<CompletionOption> options;
  std::set<std::string> seen;
  const auto add = [&](const CompletionOption& option) {
    if (seen.insert(option.names.back()).second) {
      options.push_back(option);
    }
  };
  for (const CompletionOption& option : model.common) {
    add(option);
  }
  for (const CompletionVerb& verb : model.verbs) {
    for (const CompletionOption& option : verb.options) {
      add(option);
    }
  }
  return options;
}

/// Names of the options that take the next word, as alternatives of a `case`.
std::string names_with_value(const CompletionModel& model, std::string_view separator) {
  std::vector<std::string> names;
  for (const CompletionOption& option : all_options(model)) {
    if (option.takes_value) {
      names.insert(names.end(), option.names.begin(), option.names.end());
    }
  }
  return fmt::format("{}", fmt::join(names, separator));
}

std::string bash_value(const CompletionValue& value) {
  switch (value.kind) {
    case Kind::file:
      return "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")";
    case Kind::dataset:
      return "[[ $cur == *@* ]] || "
             "mapfile -t COMPREPLY < <(compgen -W \"$(rowprint ls --names 2>/dev/null)\" -- \"$cur\")";
    case Kind::source:
      return "mapfile -t COMPREPLY < <(compgen -W \"$(rowprint sources --names 2>/dev/null)\" -- \"$cur\")";
    case Kind::choice:
      return fmt::format("mapfile -t COMPREPLY < <(compgen -W \"{}\" -- \"$cur\")", words(value.choices));
    case Kind::anything:
      break;
  }
  return ":";
}

/// What may stand behind each option; first where a verb's option takes something else than its namesakes.
std::string bash_values(const CompletionModel& model) {
  std::string general;
  std::string special;
  for (const CompletionOption& option : all_options(model)) {
    if (!option.takes_value) {
      continue;
    }
    const std::string value = bash_value(option.value);
    general += fmt::format("    */{}) {}; return ;;\n", fmt::join(option.names, "|*/"), value);
    for (const CompletionVerb& verb : model.verbs) {
      for (const CompletionOption& other : verb.options) {
        if (other.names == option.names && bash_value(other.value) != value) {
          special += fmt::format("    {0}/{1}) {2}; return ;;\n", verb.name,
                                 fmt::join(other.names, "|" + verb.name + "/"), bash_value(other.value));
        }
      }
    }
  }
  return special + general;
}

std::string bash_options(const std::vector<CompletionOption>& options) {
  std::vector<std::string> names;
  for (const CompletionOption& option : options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return words(names);
}

}  // namespace

std::string bash_completion(const CompletionModel& model) {
  std::string verbs;
  std::string options;
  std::string places;
  for (const CompletionVerb& verb : model.verbs) {
    verbs += (verbs.empty() ? "" : " ") + verb.name;
    options += fmt::format("      {}) options+=' {}' ;;\n", verb.name, bash_options(verb.options));
    for (std::size_t place = 0; place < verb.places.size(); ++place) {
      places += fmt::format("    {}/{}) {} ;;\n", verb.name, place, bash_value(verb.places[place]));
    }
  }
  // Words are split at spaces only: COMP_WORDS would also be split at "=", ":" and "@".
  return fmt::format(R"script(# bash completion for rowprint, made by `rowprint completions bash`
_rowprint() {{
  local line=${{COMP_LINE:0:COMP_POINT}} words cur='' option='' verb='' place=0 options i
  COMPREPLY=()
  read -ra words <<<"$line"
  if [[ $line != *[[:space:]] ]]; then
    cur=${{words[-1]}}
    unset 'words[-1]'
  fi
  for ((i = 1; i < ${{#words[@]}}; i++)); do
    case ${{words[i]}} in
      {}) if ((++i == ${{#words[@]}})); then option=${{words[i - 1]}}; fi ;;
      -?*) ;;
      *) if [[ -z $verb ]]; then verb=${{words[i]}}; else ((++place)); fi ;;
    esac
  done
  if [[ $cur == --*=* ]]; then
    option=${{cur%%=*}}
    cur=${{cur#*=}}
  fi
  case $verb/$option in
{}  esac
  if [[ $cur == -* ]]; then
    options='{}'
    case $verb in
{}    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    return
  fi
  case $verb/$place in
    /0) mapfile -t COMPREPLY < <(compgen -W '{}' -- "$cur") ;;
{}  esac
}}
complete -F _rowprint rowprint
)script",
                     names_with_value(model, "|"), bash_values(model), bash_options(model.common), options, verbs,
                     places);
}

namespace {

std::string zsh_action(const CompletionValue& value) {
  switch (value.kind) {
    case Kind::file:
      return "file:_files";
    case Kind::dataset:
      return "dataset:_rowprint_datasets";
    case Kind::source:
      return "source:_rowprint_sources";
    case Kind::choice:
      return fmt::format("choice:({})", words(value.choices));
    case Kind::anything:
      break;
  }
  return "value: ";
}

std::string zsh_option(const CompletionOption& option) {
  const std::string about = escaped(option.about, "[]:\\");
  const std::string value = option.takes_value ? ":" + zsh_action(option.value) : std::string{};
  if (option.names.size() == 1) {
    return single_quoted(fmt::format("{}[{}]{}", option.names[0], about, value));
  }
  return fmt::format("{}{{{}}}{}", single_quoted(fmt::format("({})", words(option.names))),
                     fmt::join(option.names, ","), single_quoted(fmt::format("[{}]{}", about, value)));
}

}  // namespace

std::string zsh_completion(const CompletionModel& model) {
  std::string common;
  for (const CompletionOption& option : model.common) {
    common += fmt::format("    {}\n", zsh_option(option));
  }
  std::string verbs;
  std::string cases;
  for (const CompletionVerb& verb : model.verbs) {
    verbs += fmt::format("        {}\n", single_quoted(fmt::format("{}:{}", verb.name, escaped(verb.about, ":\\"))));
    cases += fmt::format("        {})\n          _arguments $common", verb.name);
    for (const CompletionOption& option : verb.options) {
      cases += " \\\n            " + zsh_option(option);
    }
    for (std::size_t place = 0; place < verb.places.size(); ++place) {
      cases += " \\\n            " + single_quoted(fmt::format("{}:{}", place + 1, zsh_action(verb.places[place])));
    }
    cases += "\n          ;;\n";
  }
  return fmt::format(R"script(#compdef rowprint
# zsh completion for rowprint, made by `rowprint completions zsh`

_rowprint_datasets() {{
  local -a names
  names=(${{(f)"$(_call_program datasets rowprint ls --names 2>/dev/null)"}})
  compadd -a names
}}

_rowprint_sources() {{
  local -a names
  names=(${{(f)"$(_call_program sources rowprint sources --names 2>/dev/null)"}})
  compadd -a names
}}

_rowprint() {{
  local curcontext=$curcontext state line
  local -a common verbs
  common=(
{}  )
  _arguments -C $common '1:verb:->verb' '*::argument:->argument'
  case $state in
    verb)
      verbs=(
{}      )
      _describe verb verbs
      ;;
    argument)
      case $words[1] in
{}      esac
      ;;
  esac
}}

if [[ $funcstack[1] == _rowprint ]]; then
  _rowprint "$@"
else
  compdef _rowprint rowprint
fi
)script",
                     common, verbs, cases);
}

namespace {

std::string fish_quoted(std::string_view text) {
  return "'" + escaped(text, "'\\") + "'";
}

std::string fish_value(const CompletionValue& value) {
  switch (value.kind) {
    case Kind::file:
      return "-F";
    case Kind::dataset:
      return "-a '(rowprint ls --names 2>/dev/null)'";
    case Kind::source:
      return "-a '(rowprint sources --names 2>/dev/null)'";
    case Kind::choice:
      return "-a " + fish_quoted(words(value.choices));
    case Kind::anything:
      break;
  }
  return "";
}

std::string fish_option(const std::string& condition, const CompletionOption& option) {
  std::string line = "complete -c rowprint" + condition;
  for (const std::string& name : option.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  if (option.takes_value) {
    line += " -x " + fish_value(option.value);
  }
  return line + " -d " + fish_quoted(option.about) + "\n";
}

}  // namespace

std::string fish_completion(const CompletionModel& model) {
  std::string lines;
  for (const CompletionOption& option : model.common) {
    lines += fish_option("", option);
  }
  for (const CompletionVerb& verb : model.verbs) {
    lines +=
        fmt::format("complete -c rowprint -n '__rowprint_at \"\" 0' -a {} -d {}\n", verb.name, fish_quoted(verb.about));
    for (const CompletionOption& option : verb.options) {
      lines += fish_option(fmt::format(" -n '__fish_seen_subcommand_from {}'", verb.name), option);
    }
    for (std::size_t place = 0; place < verb.places.size(); ++place) {
      lines += fmt::format("complete -c rowprint -n '__rowprint_at {} {}' {}\n", verb.name, place,
                           fish_value(verb.places[place]));
    }
  }
  return fmt::format(R"script(# fish completion for rowprint, made by `rowprint completions fish`

# Whether the word to complete is argument $argv[2] of the verb $argv[1].
function __rowprint_at
    set -l words (commandline -opc)
    set -l verb ''
    set -l place 0
    set -l skip 0
    for word in $words[2..-1]
        if test $skip = 1
            set skip 0
        else if contains -- $word {}
            set skip 1
        else if string match -qr -- '^-.' $word
            continue
        else if test -z "$verb"
            set verb $word
        else
            set place (math $place + 1)
        end
    end
    test "$verb" = "$argv[1]"; and test $place = $argv[2]
end

complete -c rowprint -f
{})script",
                     names_with_value(model, " "), lines);
}

}  // namespace rowprint::cli
