#include "daemon/server/head_scan.hpp"

#include "daemon/server/head_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

namespace rowprint::daemon {
namespace {

using namespace std::string_literals;

const HeadLimits kHeadLimits{4096, 20, 200};

/// The status that a head is refused with; 200 where it is taken. What the scan takes, Beast must take too.
int status(const std::string& head) {
  const auto scanned = scan_head(head, kHeadLimits);
  const auto parsed = parse_head(head, kHeadLimits, std::uint64_t{1} << 63U);
  if (scanned) {
    EXPECT_TRUE(parsed) << head << parsed.error().reason;
    return 200;
  }
  EXPECT_FALSE(scanned.error().reason.empty());
  return scanned.error().status;
}

std::string with(const std::string& lines) {
  return "POST /x HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}
int line(const std::string& text) {
  return status(with(text + "\r\n"));
}

TEST(HeadScan, PlainRequestIsTakenApart) {
  const std::string text = "POST /a/b?c=d HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\nX:\r\n\r\n";
  const auto head = scan_head(text, kHeadLimits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->text, text);
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/a/b?c=d");
  EXPECT_EQ(head->version, 11U);
  EXPECT_EQ(head->content_length, 12U);
  EXPECT_FALSE(head->chunked);
}

TEST(HeadScan, TransferEncodingIsChunkedAndNothingElse) {
  for (const char* value : {"chunked", "Chunked", " \t chunked \t"}) {
    EXPECT_EQ(line("Transfer-Encoding:"s + value), 200) << value;
  }
  for (const char* value : {"gzip, chunked", "gzip,chunked", "compress, Chunked", "identity, chunked"}) {
    EXPECT_EQ(line("Transfer-Encoding: "s + value), 501) << value;
  }
  for (const char* value : {"", "identity", "gzip", "xchunked", "chunkedx", "chunked, chunked", "chunked, identity",
                            "chunked,", ",chunked,", "\"chunked\"", "chunked;q=1", "chu nked", "chunked gzip",
                            "gzip, chunked, chunked", "\vchunked", "chunked\v", "chunked\x80"}) {
    EXPECT_EQ(line("Transfer-Encoding: "s + value), 400) << value;
  }
}

TEST(HeadScan, TransferEncodingStandsOnceAndAlone) {
  EXPECT_EQ(line("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(line("Transfer-Encoding: chunked\r\ntransfer-encoding: identity"), 400);
  EXPECT_EQ(line("Transfer-Encoding: chunked\r\nContent-Length: 5"), 400);
  EXPECT_EQ(line("Content-Length: 5\r\nTransfer-Encoding: chunked"), 400);
  EXPECT_EQ(status("POST /x HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(HeadScan, ContentLengthIsAPlainNumber) {
  for (const char* value : {"0", "5", "1234567890", "9223372036854775807", "  7  "}) {
    EXPECT_EQ(line("Content-Length: "s + value), 200) << value;
  }
  for (const char* value : {"",
                            "+5",
                            "-5",
                            "-0",
                            "0x5",
                            "5x",
                            "5.0",
                            "5e1",
                            "1 2",
                            "5,5",
                            "5, 5",
                            "5,",
                            "05",
                            "00",
                            "0b1",
                            "five",
                            "9223372036854775808",
                            "18446744073709551616",
                            "99999999999999999999999999999",
                            "\"5\"",
                            "\xd9\xa5",
                            "5;x"}) {
    EXPECT_EQ(line("Content-Length: "s + value), 400) << value;
  }
}

TEST(HeadScan, ContentLengthStandsOnce) {
  EXPECT_EQ(line("Content-Length: 5\r\nContent-Length: 6"), 400);
  EXPECT_EQ(line("Content-Length: 5\r\nContent-Length: 5"), 400);
  EXPECT_EQ(line("Content-Length: 5\r\nCONTENT-LENGTH: 5"), 400);
}

TEST(HeadScan, NamesThatOnlyResembleAreOtherNames) {
  for (const char* name : {"Content_Length", "Transfer_Encoding", "Content-Lengthx", "XTransfer-Encoding"}) {
    const auto head = scan_head(with(name + ": 77\r\n"s), kHeadLimits);
    ASSERT_TRUE(head) << name;
    EXPECT_FALSE(head->chunked || head->content_length) << name;
  }
}

TEST(HeadScan, HostStandsOnceAndIsOne) {
  EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nX-Host: h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.0\r\n\r\n"), 200);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.0\r\nHost: h\r\nhost: i\r\n\r\n"), 400);
  for (const char* host : {"", " ", "a b", "a/b", "a@b", "h:x", "h:99999", "h:-1", "[::1", "[x]", "http://h", "a\tb"}) {
    EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n"), 400) << host;
  }
}

TEST(HeadScan, ConnectionIsAListOfNames) {
  for (const char* name : {"Connection: ", "Proxy-Connection: "}) {
    for (const char* list : {"close", "", "x, close", "keep-alive ,, x"}) {
      EXPECT_EQ(line(name + std::string{list}), 200) << name << list;
    }
    for (const char* list : {"x\xe0, close", "a b", "close;x", "\"close\"", "x, a/b"}) {
      EXPECT_EQ(line(name + std::string{list}), 400) << name << list;
    }
  }
}

TEST(HeadScan, LinesEndInCrLf) {
  for (const char* head :
       {"GET / HTTP/1.1\nHost: h\n\n", "GET / HTTP/1.1\r\nHost: h\n\r\n", "GET / HTTP/1.1\nHost: h\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n\n", "GET / HTTP/1.1\r\nHost: h\r\nX: a\rY: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\r\n\r\n", "GET / HTTP/1.1\rHost: h\r\r",
        "GET /\r HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\n",
        "GET / HTTP/1.1", ""}) {
    EXPECT_EQ(status(head), 400) << head;
  }
}

TEST(HeadScan, NothingStandsBehindTheEnd) {
  EXPECT_EQ(status(with("") + "G"), 400);
}

TEST(HeadScan, HeadersAreNotFolded) {
  EXPECT_EQ(line("X: a\r\n b"), 400);
  EXPECT_EQ(line("X: a\r\n\tb"), 400);
  EXPECT_EQ(line("Transfer-Encoding:\r\n chunked"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\n Host: h\r\n\r\n"), 400);
  EXPECT_EQ(line(" "), 400);
}

TEST(HeadScan, NameIsATokenUpToItsColon) {
  for (const char* text : {"X : a", "X\t: a", ": a", "X", "X a", "X\x80: a", "X(y): a", "X\"y: a", "\x0bX: a",
                           "Content-Length : 5", "Transfer-Encoding\t: chunked", "[X]: a", "X/Y: a", "X@Y: a"}) {
    EXPECT_EQ(line(text), 400) << text;
  }
  EXPECT_EQ(line("!#$%&'*+-.^_`|~09azAZ: a"), 200);
}

TEST(HeadScan, ControlCharactersAreRefused) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool taken = byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    EXPECT_EQ(line("X: a"s + static_cast<char>(byte) + "b"), taken ? 200 : 400) << byte;
  }
}

TEST(HeadScan, RequestLineHasThreeParts) {
  for (const char* first : {"GET /",           "GET",
                            "GET  / HTTP/1.1", "GET /  HTTP/1.1",
                            "GET / HTTP/1.1 ", " GET / HTTP/1.1",
                            "GET\t/ HTTP/1.1", "GET / HTTP/1.1 x",
                            "/ HTTP/1.1",      "GET / http/1.1",
                            "GET / HTTP/1",    "GET / HTTP/1.",
                            "GET / HTTP/.1",   "GET / HTTP/11",
                            "GET / HTTP/1.1x", "GET / HTTP/a.b",
                            "GET / HTTP/01.1", "GET / HTTP 1.1",
                            "GET / HTTPS/1.1", "GET / ",
                            "GET / HTTP/+1.1"}) {
    EXPECT_EQ(status(first + "\r\nHost: h\r\n\r\n"s), 400) << first;
  }
}

TEST(HeadScan, MethodIsAToken) {
  for (const char* method : {"GE(T", "G\x80T", "", "G\"T", "{}", "G:T"}) {
    EXPECT_EQ(status(method + " / HTTP/1.1\r\nHost: h\r\n\r\n"s), 400) << method;
  }
  EXPECT_EQ(status(std::string(33, 'A') + " / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("get / HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  EXPECT_EQ(status("M-SEARCH / HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
}

TEST(HeadScan, OtherVersionsAreNamedSo) {
  for (const char* version : {"0.9", "1.2", "2.0", "3.0", "9.9", "0.0"}) {
    EXPECT_EQ(status("GET / HTTP/"s + version + "\r\nHost: h\r\n\r\n"), 505) << version;
  }
  EXPECT_EQ(status("PRI * HTTP/2.0\r\n\r\n"), 505);
}

TEST(HeadScan, TargetIsAnAbsolutePath) {
  for (const char* target : {"http://h/", "h:80", "x", "*", "/a#b", "#", "/a\x7f", "/a\x80", "/\x01", "?a"}) {
    EXPECT_EQ(status("GET "s + target + " HTTP/1.1\r\nHost: h\r\n\r\n"), 400) << target;
  }
  EXPECT_EQ(status("GET /a\0b HTTP/1.1\r\nHost: h\r\n\r\n"s), 400);
  EXPECT_EQ(status("CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  EXPECT_EQ(status("OPTIONS ** HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /a|b{}[]<>\"\\^`?%20 HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
}

TEST(HeadScan, TargetHasALimit) {
  const auto of_size = [](std::size_t size) {
    return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n";
  };
  EXPECT_EQ(status(of_size(200)), 200);
  EXPECT_EQ(status(of_size(201)), 414);
}

TEST(HeadScan, LinesHaveALimit) {
  std::string lines;
  for (int i = 0; i < 19; ++i) {
    lines += "X: y\r\n";
  }
  EXPECT_EQ(status(with(lines)), 200);
  EXPECT_EQ(status(with(lines + "X: y\r\n")), 431);
}

TEST(HeadScan, OneEmptyLineBeforeTheRequestIsPassedOver) {
  const auto head = scan_head("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", kHeadLimits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->text, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(status("\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
}

/// The size found when the bytes come one by one, 0 where there is none, or the status of the refusal, less than 0.
int end_of(const std::string& bytes) {
  HeadEnd end;
  for (std::size_t size = 1; size <= bytes.size(); ++size) {
    const auto found = end.find(std::string_view{bytes}.substr(0, size), kHeadLimits);
    if (!found) {
      return -found.error().status;
    }
    if (*found) {
      return static_cast<int>(**found);
    }
  }
  return 0;
}

TEST(HeadEnd, EndIsFoundHoweverTheBytesCome) {
  const std::string head = with("X: y\r\n");
  EXPECT_EQ(end_of(head + "more"), static_cast<int>(head.size()));
  EXPECT_EQ(HeadEnd{}.find(head + "more", kHeadLimits)->value(), head.size());
  EXPECT_EQ(end_of(head.substr(0, head.size() - 1)), 0);
  EXPECT_EQ(end_of("\r\n" + head), static_cast<int>(head.size()) + 2);
}

TEST(HeadEnd, BareLfIsRefusedWhereItStands) {
  EXPECT_EQ(end_of("GET / HTTP/1.1\nHost"), -400);
  EXPECT_EQ(end_of("GET / HTTP/1.1\r\n\n"), -400);
}

TEST(HeadEnd, WhatCannotBeginARequestIsRefusedAtOnce) {
  EXPECT_EQ(end_of("\x16\x03\x01"), -400);
  EXPECT_EQ(end_of("\n"), -400);
  EXPECT_EQ(end_of(" GET"), -400);
}

TEST(HeadEnd, LimitIsThatOfTheWholeHead) {
  const std::string open = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
  const std::string fits = open + std::string(kHeadLimits.head_bytes_max - open.size() - 4, 'x') + "\r\n\r\n";
  EXPECT_EQ(end_of(fits), static_cast<int>(kHeadLimits.head_bytes_max));
  EXPECT_EQ(end_of(open + "x" + fits.substr(open.size())), -431);
  EXPECT_EQ(end_of("GET /" + std::string(kHeadLimits.head_bytes_max, 'x')), -414);
  EXPECT_EQ(HeadEnd{}
                .find("GET /" + std::string(2 * kHeadLimits.head_bytes_max, 'x') + "\r\n\r\n", kHeadLimits)
                .error()
                .status,
            414);
}

TEST(ParseHead, ExpectationsAreMetOrRefused) {
  const auto expect = [](const std::string& value, const std::string& version = "1.1") {
    return parse_head("POST / HTTP/" + version + "\r\nHost: h\r\nExpect: " + value + "\r\nContent-Length: 1\r\n\r\n",
                      kHeadLimits, 100);
  };
  EXPECT_TRUE(expect("100-continue")->continue_expected);
  EXPECT_TRUE(expect("100-Continue")->continue_expected);
  EXPECT_FALSE(expect("100-continue", "1.0")->continue_expected);
  for (const char* other : {"200-ok", "", "100-continue, x", "100-continue=x"}) {
    const auto head = expect(other);
    ASSERT_FALSE(head) << other;
    EXPECT_EQ(head.error().status, 417) << other;
  }
}

TEST(ParseHead, BodyLongerThanTheLimitIsRefusedByItsLength) {
  const auto sized = [](const std::string& length) {
    return parse_head("HEAD / HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\n", kHeadLimits, 100);
  };
  EXPECT_TRUE(sized("100"));
  const auto head = sized("101");
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().status, 413);
  EXPECT_EQ(head.error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(head.error().head_only);
}

TEST(ParseHead, RepeatedHeadersBecomeOneList) {
  const auto head = parse_head("GET / HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\n\r\n", kHeadLimits, 100);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->request.header("x-a"), "1, 2");
}

TEST(ParseHead, ConnectionIsKeptAsTheVersionSays) {
  const auto keeps = [](const std::string& version, const std::string& lines) {
    return parse_head("GET / HTTP/" + version + "\r\nHost: h\r\n" + lines + "\r\n", kHeadLimits, 100)->keep_alive;
  };
  EXPECT_TRUE(keeps("1.1", ""));
  EXPECT_FALSE(keeps("1.1", "Connection: close\r\n"));
  EXPECT_FALSE(keeps("1.1", "Connection: x, Close\r\n"));
  EXPECT_FALSE(keeps("1.0", ""));
}

}  // namespace
}  // namespace rowprint::daemon
