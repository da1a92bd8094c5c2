#include "cli/text.hpp"

#include "cli/console.hpp"
#include "cli/progress.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace rowprint::cli {
namespace {

std::string member(const Json& object, const char* name) {
  return printable(object.at(name).get<std::string>());
}
std::uint64_t number(const Json& object, const char* name) {
  return object.at(name).get<std::uint64_t>();
}
std::string count(const Json& object, const char* name) {
  return format_count(number(object, name));
}
std::string size(const Json& object, const char* name) {
  return format_bytes(number(object, name));
}
std::string rows(std::uint64_t number) {
  return format_count(number) + (number == 1 ? " row" : " rows");
}

/// Columns that a terminal gives a text: UTF-8 characters, the wide ones not told apart.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string version_name(const Json& version) {
  return fmt::format("{}@{}", member(version, "dataset"), number(version, "version"));
}

std::vector<std::string> version_cells(const Json& version) {
  const Json& content = version.at("content");
  return {count(version, "version"),     member(version, "order"),  count(content, "rows"),
          size(content, "stored_bytes"), member(version, "sealed"), member(version, "fingerprint")};
}

/// One item of a report: `changed  row 17  price  source 1.5  stored 1.25`.
std::vector<std::string> report_cells(const Json& item) {
  const auto place = [&](const char* name) {
    const Json& value = item.at(name);
    return value.is_null() ? std::string{} : printable(value.is_string() ? value.get<std::string>() : value.dump());
  };
  const auto times = item.at("count").get<std::uint64_t>();
  return {"  " + member(item, "kind"),         place("row"),       place("column"), printable(item.at("source").dump()),
          printable(item.at("stored").dump()), format_count(times)};
}

std::string text_of_source(const Json& source) {
  if (source.at("agrees").get<bool>()) {
    return fmt::format("source  {}  {} agree\n", member(source, "fingerprint"), rows(number(source, "rows")));
  }
  std::string text = fmt::format("source  {}  {} differ: {}\n", member(source, "fingerprint"),
                                 rows(number(source, "rows")), member(source, "difference"));
  const auto report = source.find("report");
  if (report == source.end() || !report->is_array() || report->empty()) {
    return text;
  }
  std::vector<std::vector<std::string>> table{{"  PART", "ROW", "COLUMN", "SOURCE", "STORED", "ROWS"}};
  for (const Json& item : *report) {
    table.push_back(report_cells(item));
  }
  return text + format_table(table);
}

}  // namespace

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t at = 0; at < row.size(); ++at) {
      widths[at] = std::max(widths[at], width(row[at]));
    }
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      text += row[at];
      if (at + 1 < row.size()) {
        text.append(widths[at] - width(row[at]) + 2, ' ');
      }
    }
    text += '\n';
  }
  return text;
}

std::string text_of_receipt(const Json& receipt) {
  const std::string outcome = receipt.at("reused").get<bool>() ? "reused: nothing new was stored" : "stored";
  return fmt::format("{}  {}  {} {}\n", version_name(receipt), member(receipt, "fingerprint"),
                     rows(number(receipt.at("content"), "rows")), outcome);
}

std::string text_of_datasets(const Json& list) {
  std::vector<std::vector<std::string>> table{{"DATASET", "VERSIONS", "ROWS", "STORED", "SEALED", "FINGERPRINT"}};
  for (const Json& dataset : list.at("datasets")) {
    std::vector<std::string> cells = version_cells(dataset.at("latest"));
    table.push_back({member(dataset, "name"), count(dataset, "versions"), cells[2], cells[3], cells[4], cells[5]});
  }
  return format_table(table);
}

std::string text_of_versions(const Json& dataset) {
  std::vector<std::vector<std::string>> table{{"VERSION", "ORDER", "ROWS", "STORED", "SEALED", "FINGERPRINT"}};
  for (const Json& version : dataset.at("versions")) {
    table.push_back(version_cells(version));
  }
  return format_table(table);
}

std::string text_of_version(const Json& version) {
  const Json& content = version.at("content");
  std::vector<std::vector<std::string>> table{{"dataset", member(version, "dataset")},
                                              {"version", count(version, "version")},
                                              {"order", member(version, "order")},
                                              {"fingerprint", member(version, "fingerprint")}};
  if (content.at("fingerprint") != version.at("fingerprint")) {
    table.push_back({"content", member(content, "fingerprint")});
  }
  table.push_back({"rows", count(content, "rows")});
  table.push_back({"stored", size(content, "stored_bytes")});
  table.push_back({"sealed", member(version, "sealed")});
  table.push_back({"ingest", member(version, "ingest")});
  std::vector<std::vector<std::string>> columns;
  for (const Json& column : version.at("schema")) {
    columns.push_back({"  " + member(column, "name"), member(column, "type")});
  }
  return format_table(table) + "columns\n" + format_table(columns);
}

std::string text_of_verification(const Json& verification) {
  std::string text;
  if (verification.at("agrees").get<bool>()) {
    text = fmt::format("{}  {}  {} agree\n", version_name(verification), member(verification, "computed"),
                       rows(number(verification, "rows")));
  } else {
    text = fmt::format("{}  differs: {}\nexpected  {}\ncomputed  {}\n", version_name(verification),
                       member(verification, "difference"), member(verification, "expected"),
                       member(verification, "computed"));
  }
  const auto source = verification.find("source");
  return source != verification.end() && source->is_object() ? text + text_of_source(*source) : text;
}

std::string text_of_ingests(const Json& list) {
  std::vector<std::vector<std::string>> table{
      {"INGEST", "DATASET", "KIND", "SOURCE", "STATE", "ROWS", "ROWS/S", "BYTES", "STARTED", "PROBLEM"}};
  for (const Json& ingest : list.at("ingests")) {
    const Json& source = ingest.at("source");
    const Json& problem = ingest.at("problem");
    table.push_back({member(ingest, "ingest"), member(ingest, "dataset"), member(ingest, "kind"),
                     source.is_string() ? printable(source.get<std::string>()) : "-", member(ingest, "state"),
                     count(ingest, "rows"),
                     format_count(static_cast<std::uint64_t>(ingest.at("rows_per_second").get<double>())),
                     size(ingest, "bytes"), member(ingest, "started"),
                     problem.is_object() ? member(problem, "detail") : std::string{}});
  }
  return format_table(table);
}

std::string text_of_sources(const Json& list) {
  std::vector<std::vector<std::string>> table{{"SOURCE", "DATABASE"}};
  for (const Json& source : list.at("sources")) {
    table.push_back({member(source, "name"), member(source, "database")});
  }
  return format_table(table);
}

std::string text_of_test(const Json& test) {
  return fmt::format("{}  {}  {} ms\n", member(test, "source"), member(test, "server"), count(test, "milliseconds"));
}

std::string text_of_status(const Json& status, const Json& ingests) {
  const Json& memory = status.at("memory");
  const Json& counts = status.at("ingests");
  std::string ready = "yes";
  if (!status.at("ready").get<bool>()) {
    ready = fmt::format("no, {} missing", status.at("missing").size());
  }
  std::string text = format_table({
      {"rowprintd", fmt::format("{}, process {}", member(status, "version"), number(status, "pid"))},
      {"ready", ready},
      {"started", member(status, "started")},
      {"data", fmt::format("{} ({})", member(status, "data"), member(status, "store"))},
      {"memory", fmt::format("{} of {} given out, {} waiting, {} resident", size(memory, "used_bytes"),
                             size(memory, "budget_bytes"), number(memory, "waiting"), size(memory, "resident_bytes"))},
      {"ingests", fmt::format("{} running, {} sealed, {} reused, {} failed", count(counts, "running"),
                              count(counts, "sealed"), count(counts, "reused"), count(counts, "failed"))},
      {"received",
       fmt::format("{} rows, {}", count(status.at("rows"), "received"), size(status.at("bytes"), "received"))},
  });
  for (const Json& name : status.at("missing")) {
    text += fmt::format("missing: {}\n", printable(name.get<std::string>()));
  }
  std::vector<std::vector<std::string>> running;
  for (const Json& ingest : ingests.at("ingests")) {
    if (ingest.at("ended").is_null()) {
      running.push_back({member(ingest, "dataset"), member(ingest, "state"), count(ingest, "rows"),
                         size(ingest, "bytes"), member(ingest, "started"), member(ingest, "ingest")});
    }
  }
  if (!running.empty()) {
    running.insert(running.begin(), {"DATASET", "STATE", "ROWS", "BYTES", "STARTED", "INGEST"});
    text += "\n" + format_table(running);
  }
  return text;
}

Result<Schema> schema_of(const Json& version) {
  Schema schema;
  for (const Json& column : version.at("schema")) {
    const auto type = parse_type(column.at("type").get<std::string>());
    if (!type) {
      return fail(ErrorCode::internal, fmt::format("the daemon knows a type that this program does not: {}",
                                                   column.at("type").get<std::string>()));
    }
    schema.columns.push_back({column.at("name").get<std::string>(), *type});
  }
  return schema;
}

Result<std::string> schema_declaration(const Json& version) {
  const auto schema = schema_of(version);
  if (!schema) {
    return fail(schema.error());
  }
  return format_schema(*schema);
}

}  // namespace rowprint::cli
