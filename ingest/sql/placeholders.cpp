#include "ingest/sql/placeholders.hpp"

#include "ingest/sql/tokens.hpp"

#include <algorithm>

namespace rowprint::sql {
namespace {

using Parameters = std::vector<Parameter>;

Parameters::const_iterator find(const Parameters& parameters, std::string_view name) {
  return std::ranges::find(parameters, name, &Parameter::name);
}

/// The number that a parameter has, or now gets.
std::size_t number_of(Parameters& numbered, const Parameter& parameter) {
  const auto known = find(numbered, parameter.name);
  if (known != numbered.end()) {
    return static_cast<std::size_t>(known - numbered.begin()) + 1;
  }
  numbered.push_back(parameter);
  return numbered.size();
}

/// Tells the colon of a subscript's slice, `a[1:n]`, from that of a placeholder.
class Subscripts {
 public:
  enum class Colon : std::uint8_t { placeholder, slice, either };

  /// Of a token `:name` that comes next.
  Colon colon() const {
    if (open_.empty() || open_.back() != '[') {
      return Colon::placeholder;
    }
    if (before_ == "[") {
      return constructor_ ? Colon::placeholder : Colon::either;
    }
    return after_operand_ ? Colon::slice : Colon::placeholder;
  }

  void pass(const Token& token) {
    if (token.text == "[" || token.text == "(") {
      constructor_ = array_;
      open_.push_back(token.text.front());
    } else if ((token.text == "]" || token.text == ")") && !open_.empty()) {
      open_.pop_back();
    }
    array_ = is_keyword(token, "ARRAY");
    before_ = token.text;
    after_operand_ = token.kind != Token::Kind::symbol || token.text == "]" || token.text == ")";
  }

 private:
  std::string open_;  // parentheses and brackets
  std::string_view before_;
  bool array_ = false;        // the last token was ARRAY
  bool constructor_ = false;  // the last one to open was that of ARRAY[…]
  bool after_operand_ = false;
};

}  // namespace

Result<NumberedQuery> number_placeholders(std::string_view query, const Parameters& parameters) {
  NumberedQuery numbered;
  std::size_t copied = 0;
  Tokenizer tokens{query, kPostgresql};
  Subscripts subscripts;
  for (auto token = tokens.next(); token; subscripts.pass(*token), token = tokens.next()) {
    if (token->kind == Token::Kind::position) {
      return fail(ErrorCode::bad_input, "parameters have names: write :name instead of " + std::string{token->text});
    }
    const auto colon = token->kind == Token::Kind::placeholder ? subscripts.colon() : Subscripts::Colon::slice;
    if (colon == Subscripts::Colon::slice) {
      continue;
    }
    const std::string_view name = token->text.substr(1);
    const auto parameter = find(parameters, name);
    if (parameter == parameters.end()) {
      if (colon == Subscripts::Colon::either) {
        continue;
      }
      return fail(ErrorCode::bad_input, "the query asks for :" + std::string{name} + ", which has no value");
    }
    numbered.text += query.substr(copied, token->offset - copied);
    if (token->offset != 0 && is_in_word(query[token->offset - 1])) {
      numbered.text += ' ';  // a$1 would be a name
    }
    numbered.text += "$" + std::to_string(number_of(numbered.parameters, *parameter));
    copied = token->offset + token->text.size();
  }
  numbered.text += query.substr(copied);
  for (auto parameter = parameters.begin(); parameter != parameters.end(); ++parameter) {
    if (find(parameters, parameter->name) != parameter) {
      return fail(ErrorCode::bad_input, "the parameter " + parameter->name + " is given twice");
    }
    if (find(numbered.parameters, parameter->name) == numbered.parameters.end()) {
      return fail(ErrorCode::bad_input, "the query does not use the parameter " + parameter->name);
    }
  }
  return numbered;
}

}  // namespace rowprint::sql
