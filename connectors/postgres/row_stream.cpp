#include "connectors/postgres/row_stream.hpp"

#include <charconv>
#include <string_view>

namespace rowprint::postgres {

bool RowStream::all_came(PGresult& verdict, std::uint64_t rows) {
  const std::string_view told = PQcmdTuples(&verdict);
  std::uint64_t counted = 0;
  const auto [end, error] = std::from_chars(told.data(), told.data() + told.size(), counted);
  return error == std::errc{} && end == told.data() + told.size() && counted == rows;
}

RowStream::Got RowStream::rows_missing() {
  return failed(Error{ErrorCode::corrupt, "the server counted other rows than those that came", {}, {}, {}});
}

}  // namespace rowprint::postgres
