#include "connectors/postgres/connection_url.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <string_view>
#include <system_error>

namespace rowprint::postgres {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

std::string_view value_of(const Options& options, std::string_view keyword) {
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->keyword == keyword && option->val != nullptr) {
      return option->val;
    }
  }
  return {};
}

std::string_view cut_first(std::string_view& list) {
  const std::string_view first = list.substr(0, list.find(','));
  list.remove_prefix(std::min(first.size() + 1, list.size()));
  return first;
}

/// What the library would find out only as it connects. An empty one stands for its own.
bool are_ports(std::string_view list) {
  while (!list.empty()) {
    const std::string_view port = cut_first(list);
    std::uint16_t number = 1;
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (!port.empty() && (problem != std::errc{} || end != port.data() + port.size() || number == 0)) {
      return false;
    }
  }
  return true;
}

/// `db1:5432,db2`: each host of a list with its port.
std::string hosts(std::string_view names, std::string_view ports) {
  std::string text;
  const bool one_port = ports.find(',') == std::string_view::npos;
  do {
    const std::string_view port = one_port ? ports : cut_first(ports);
    const std::string_view name = cut_first(names);
    text += text.empty() ? "" : ",";
    const bool is_ipv6 = name.find(':') != std::string_view::npos;
    text.append(is_ipv6 ? "[" : "").append(name).append(is_ipv6 ? "]" : "");
    if (!port.empty()) {
      text.append(":").append(port);
    }
  } while (!names.empty());
  return text;
}

}  // namespace

Result<std::string> describe_url(const std::string& url) {
  const bool has_scheme = url.starts_with("postgresql://") || url.starts_with("postgres://");
  // The library's own message repeats the piece that it does not understand, which may be a password.
  const Options options{has_scheme && url.find('\0') == std::string::npos ? PQconninfoParse(url.c_str(), nullptr)
                                                                          : nullptr};
  if (!options) {
    return fail(ErrorCode::bad_input,
                "not a PostgreSQL URL, as in postgresql://user@host:5432/database?sslmode=verify-full (what is special "
                "in a user's name or a password is written in percent)");
  }
  if (!are_ports(value_of(options, "port"))) {
    // Not repeated: what looks like a port may be a piece of a password.
    return fail(ErrorCode::bad_input, "a PostgreSQL URL whose port is not a number from 1 to 65535");
  }
  std::string text = "postgresql://";
  if (const auto user = value_of(options, "user"); !user.empty()) {
    text.append(user).append("@");
  }
  const auto host = value_of(options, "host");
  text += hosts(host.empty() ? value_of(options, "hostaddr") : host, value_of(options, "port"));
  if (const auto database = value_of(options, "dbname"); !database.empty()) {
    text.append("/").append(database);
  }
  return text;
}

}  // namespace rowprint::postgres
