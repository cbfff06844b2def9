// Addresses and postcodes of the countries in patterns/address.toml, and what only looks like one.
// All are invented; towns and the forms of postcodes are real.
#include "engine/detect/address.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/test_library.h"

namespace tacet {
namespace {

// The address types alone, so that no other type hides or cuts what they find.
const Detector& Addresses() {
  static const Detector* const detector =
      new Detector(MustCreate(DefaultLibrary(), {.types = {"STREET_ADDRESS", "POSTAL_CODE"}}));
  return *detector;
}

// `text` with << >> around every finding of `type`.
std::string Marked(std::string_view text, std::string_view type) {
  Detector::Scratch scratch = Addresses().NewScratch();
  const auto findings = Addresses().Detect(text, scratch);
  if (!findings.ok()) return std::string(findings.status().ToString());
  std::string out;
  size_t at = 0;
  for (const Finding& f : *findings) {
    if (Addresses().library().entities()[static_cast<size_t>(f.entity)].type != type) continue;
    out.append(text.substr(at, f.span.begin - at)).append("<<");
    out.append(text.substr(f.span.begin, f.span.end - f.span.begin)).append(">>");
    at = f.span.end;
  }
  return out.append(text.substr(at));
}

std::string Unmarked(std::string text) {
  for (const char* mark : {"<<", ">>"}) {
    for (size_t at; (at = text.find(mark)) != std::string::npos;) text.erase(at, 2);
  }
  return text;
}

struct Case {
  const char* country;  // ISO 3166-1 alpha-2, or what the case is about
  const char* text;
};

// tests/addresses.tsv: country, rules, message with its address in << >>.
TEST(AddressTest, FindsTheAddressesOfTheSurvey) {
  std::ifstream file("tests/addresses.tsv");
  std::map<std::string, int> countries;
  std::string row;
  for (int number = 1; std::getline(file, row); ++number) {
    if (row.empty() || row[0] == '#') continue;
    const size_t first = row.find('\t'), second = row.find('\t', first + 1);
    ASSERT_NE(second, row.npos) << number;
    ++countries[row.substr(0, first)];
    const std::string marked = row.substr(second + 1);
    EXPECT_EQ(Marked(Unmarked(marked), "STREET_ADDRESS"), marked)
        << "tests/addresses.tsv:" << number;
  }
  EXPECT_GE(countries.size(), 40u) << "run it in the source folder";
  for (const auto& [country, count] : countries) EXPECT_GE(count, 3) << country;
}

TEST(AddressTest, FindsWholeAddressesInTheLocalOrder) {
  constexpr Case kCases[] = {
      {"US", "deliver to <<1420 Willow Bend Rd, Unit 7, Boise, ID 83702>> by noon"},
      {"US", "check mailed to <<88 W 14th St Apt 3C, New York, NY 10011>> today"},
      {"US", "pickup at <<2250 N Lincoln Blvd, Suite 120, Tulsa OK 74103>>"},
      {"US", "our lot is at <<5601 County Road 12, Salina, KS 67401>> ok"},
      {"US", "meet at <<77 Beacon St>> at 7"},
      {"US", "gate code for <<19 Pinecrest Ct, Reno, NV>> is 4471#"},
      {"US", "I'm at <<300 Main Street>>, come down"},
      {"US", "Send to <<P.O. Box 5512, Tampa, FL 33601-5512>> please"},
      {"GB", "Parcel for <<Flat 3, 22 Albany Road, Cardiff CF24 3LH>> left with neighbour"},
      {"GB", "we're at <<The Old Bakery, Church Lane, Ludlow SY8 1AP>> x"},
      {"GB", "<<14 Kings Rd, Reading RG1 3AA>> from 10"},
      {"GB", "pop round to <<6 Moss Close, Hull>> later"},
      {"GB", "Your driver is at <<Unit 9, Riverside Trading Estate, Preston PR1 8LP>> now"},
      {"GB", "write to <<PO Box 19, Leeds LS1 4QQ>>"},
      {"IE", "post it to <<8 Patrick Street, Cork T12 W8HX>> thanks"},
      {"CA", "new place: <<45 Rue Saint-Denis, Montréal QC H2X 3K4>>, ring twice"},
      {"CA", "<<612 Maple Ave, Hamilton ON L8P 1C3>> buzz 12"},
      {"AU", "I'm at <<Unit 2, 17 Banksia St, Carlton VIC 3053>> now"},
      {"AU", "ship to <<PO Box 310, Dubbo NSW 2830>>."},
      {"NZ", "courier to <<23 Rata Street, Naenae, Lower Hutt 5011>> pls"},
      {"ZA", "He lives at <<12 Jacaranda Ave, Hatfield, Pretoria 0083>>"},
      {"IN", "Come to <<Flat No 402, Sai Residency, MG Road, Near City Mall, Pune 411001>> by 6"},
      {"IN", "Address: <<H.No. 12-3-45, Ashok Nagar, Hyderabad 500020>>"},
      {"IN", "<<B-12, Sector 62, Noida 201309>> pe aa jao"},
      {"IN",
       "Visit <<Shop No 5, 2nd Floor, Phoenix Mall, Whitefield Main Road, Bangalore - 560066>>"},
      {"IN", "ghar ka pata <<मकान नं 22, गली 5, शास्त्री नगर, दिल्ली 110052>>"},
      {"PK", "<<House No 14, Street 7, Sector F-8, Islamabad>> pr delivery"},
      {"BD", "<<House 12, Road 5, Dhanmondi, Dhaka 1205>> te pathan"},
      {"SG", "meet me at <<Blk 305 Clementi Ave 4 #07-112 S120305>> can"},
      {"SG", "office is <<20 Cecil Street, #14-03, Singapore 049705>>"},
      {"MY", "<<12 Jalan Ampang, 50450 Kuala Lumpur>> ok"},
      {"PH", "padala sa <<Blk 4 Lot 12 Rosal St, Brgy San Isidro, Makati City>> po"},
      {"ID", "kirim ke <<Jl. Kenanga No. 8 RT 02/RW 04, Kel. Cipete, Jakarta Selatan 12410>> ya"},
      {"VN", "giao đến <<25 Nguyễn Huệ, Phường Bến Nghé, Quận 1, TP.HCM>> nhé"},
      {"VN", "nhà <<số 7 ngõ 12 đường Láng, Đống Đa, Hà Nội>>"},
      {"TH", "ส่งที่ <<99/5 ถนนสุขุมวิท แขวงคลองเตย เขตคลองเตย กรุงเทพฯ 10110>> ครับ"},
      {"CN", "地址：<<上海市浦东新区张杨路500号12楼>>，谢谢"},
      {"CN", "送到<<广东省深圳市南山区科技园路8号3栋501室>>"},
      {"TW", "<<台北市大安區忠孝東路四段100號5樓>>"},
      {"HK", "地址<<九龍旺角彌敦道600號12樓A>>"},
      {"JP", "住所は<<東京都渋谷区道玄坂2-10-7>>です"},
      {"JP", "<<〒150-0043 東京都渋谷区道玄坂2丁目10番7号>>"},
      {"KR", "배송지 <<서울특별시 마포구 월드컵로 45, 302호>> 입니다"},
      {"KR", "<<경기도 수원시 팔달구 인계동 123-4>> 도착"},
      {"DE", "Paket an <<Gartenstraße 12, 50674 Köln>> zugestellt"},
      {"DE", "Wir wohnen <<Am Markt 7, 04109 Leipzig>>"},
      {"DE", "bin in der <<Schillerstr. 5a>>, klingel bei Weber"},
      {"AT", "Lieferung: <<Mariahilfer Straße 88/12, 1070 Wien>> morgen"},
      {"CH", "<<Bahnhofstrasse 21, 8001 Zürich>> um 9"},
      {"FR", "livré au <<18 bis rue Victor Hugo, 69002 Lyon>> hier"},
      {"FR", "<<Bâtiment C, 4 allée des Tilleuls, 33700 Mérignac>> code 12B4"},
      {"BE", "Rendez-vous <<Avenue Louise 149, 1050 Bruxelles>>"},
      {"NL", "bezorgd op <<Keizersgracht 112, 1015 CV Amsterdam>>."},
      {"LU", "<<5 rue de la Gare, L-1611 Luxembourg>>"},
      {"ES", "entregado en <<Avda. de la Constitución, 23, 41001 Sevilla>>"},
      {"ES", "vivo en <<C/ Mayor 14, 3º izq, 28013 Madrid>>"},
      {"PT", "moro na <<Rua Augusta, 45, 2.º Dto, 1100-048 Lisboa>>"},
      {"IT", "consegna in <<Via Garibaldi 27, 10122 Torino TO>> domani"},
      {"IT", "<<Piazza Dante n. 3, 80135 Napoli>>"},
      {"BR",
       "entrega na <<Rua das Palmeiras, 310, apto 42, Botafogo, Rio de Janeiro - RJ, 22270-070>>"},
      {"MX", "envío a <<Calle Hidalgo 45, Col. Centro, 44100 Guadalajara>>"},
      {"AR", "<<Av. Corrientes 1234, 5º B, Buenos Aires>> porfa"},
      {"CL", "<<Av. Providencia 2000, Depto 51, Santiago>>"},
      {"CO", "<<Carrera 15 # 93-40, Bogotá>> por favor"},
      {"PE", "<<Jr. de la Unión 320, Lima 15001>>"},
      {"PL", "adres <<ul. Marszałkowska 10/5, 00-590 Warszawa>>"},
      {"CZ", "bydlím <<Dlouhá 12, 110 00 Praha 1>>"},
      {"SK", "<<Hlavná 25, 040 01 Košice>>"},
      {"HU", "<<1052 Budapest, Váci utca 10. 2. emelet>>"},
      {"RO", "<<Str. Lalelelor nr. 5, bl. A2, ap. 14, Cluj-Napoca>>"},
      {"BG", "<<ул. Раковски 15, 1000 София>>"},
      {"GR", "<<Οδός Ερμού 12, 105 63 Αθήνα>>"},
      {"RU", "адрес: <<г. Москва, ул. Ленина, д. 5, кв. 12>> спасибо"},
      {"RU", "<<620014, г. Екатеринбург, пр. Ленина, 24>>"},
      {"UA", "<<вул. Хрещатик 22, Київ 01001>>"},
      {"TR", "adres: <<Atatürk Mah. Lale Sok. No:12 D:4 Kadıköy/İstanbul>>"},
      {"TR", "<<Bağdat Caddesi No 145, Maltepe İstanbul>>"},
      {"SE", "bor på <<Drottninggatan 15, 111 51 Stockholm>>"},
      {"NO", "<<Kirkegata 8, 0153 Oslo>> kl 9"},
      {"DK", "<<Vestergade 12, 2. tv, 5000 Odense C>>"},
      {"FI", "osoite <<Mannerheimintie 20 A 5, 00100 Helsinki>>"},
      {"IS", "<<Laugavegur 22, 101 Reykjavík>>"},
      {"EE", "<<Pikk tänav 7, 10123 Tallinn>>"},
      {"LV", "<<Brīvības iela 45, Rīga, LV-1010>>"},
      {"LT", "<<Gedimino pr. 9, 01103 Vilnius>>"},
      {"HR", "<<Ilica 10, 10000 Zagreb>>"},
      {"SI", "<<Slovenska cesta 5, 1000 Ljubljana>>"},
      {"RS", "<<Ulica Kneza Miloša 12, 11000 Beograd>>"},
      {"EG", "<<15 شارع التحرير، الدقي، الجيزة>>"},
      {"SA", "<<شارع الملك فهد، حي العليا، الرياض 12214>>"},
      {"AE", "<<Villa 12, Street 4, Al Barsha, Dubai>>"},
      {"IL", "<<רחוב הרצל 12, תל אביב>>"},
      {"IR", "<<تهران، خیابان ولیعصر، پلاک 20>>"},
      {"NG", "house is at <<24 Allen Avenue, Ikeja, Lagos>>"},
      {"KE", "<<P.O. Box 4512-00100, Nairobi>>"},
      {"GH", "<<15 Independence Ave, Accra>>"},
      {"TZ", "<<S.L.P. 120, Dodoma>>"},
      {"MA", "<<12 Rue Moulay Ismail, Casablanca 20000>>"},
      {"ET", "<<Bole Road, Woreda 3, House No 214, Addis Ababa>>"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Marked(Unmarked(c.text), "STREET_ADDRESS"), c.text) << c.country;
  }
}

TEST(AddressTest, FindsInformalAddresses) {
  constexpr Case kCases[] = {
      {"chat", "yo im at <<blk 208 hougang st 21 #04-55 s530208>> faster la"},
      {"small letters", "drop it at <<412 birch st, palo alto>>"},
      {"capitals", "SHIP TO <<77 STONE CREEK BLVD, AUSTIN TX 78701>>"},
      {"number behind, marked", "we are at <<rue cadet #12>>"},
      {"cue", "his address: <<Dunajska 56>>"},
      {"rural route", "mail goes to <<RR 3 Box 41, Milton, WV 25541>>"},
      {"military", "write to <<PSC 1211, Box 88, APO AE 09012>>"},
      {"post box glued", "T&Cs <<POBox77, LS64QQ>>. 18+"},
      {"floor and hall", "Venue:<<Office No:12,3rd Floor,Lotus Tower,Station Road,Thane>> Call 9"},
      {"landmark", "<<Shop 4, Nehru Market, Opp Bus Stand, Jaipur 302001>>"},
      {"several lines", "Send to\n<<18 Fern Lane\nNorwich\nNR2 3AB>>"},
      {"two addresses", "from <<9 Oak St, Reno, NV>> to <<31 Pine Ave, Boise, ID>>"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Marked(Unmarked(c.text), "STREET_ADDRESS"), c.text) << c.country;
  }
}

TEST(AddressTest, LeavesWhatOnlyLooksLikeAnAddress) {
  constexpr std::string_view kTexts[] = {
      "it is a 10 min drive from my place",
      "5 ways to close the deal",
      "2 Big Macs, OK!",
      "I will be there by 7, way too late",
      "ok st john said dr lim is on his way",
      "Your a/c/ Credit Card no. XX5787 is blocked",
      "Rs 2000 via Debit Card xx1897 at 10:30",
      "Text BLOCK 404 to 9215676766",
      "TV360 2 GB ST5K gui 191",
      "Flight BA 12 gate 5 row 21",
      "Un grand merci, je suis sur le chemin de la gare, quai 3",
      "In 3 Tagen bin ich weg, auf der Suche nach 2 Karten",
      "Score: 3 TD, 1 INT. Waivers run Wed",
      "OTP 482913 for txn of INR 5,000.00 at Lawson Road",
      "pago de 20 euros por la calle",
      "我在成都19号下午到",
      "北京11月7日有雨",
      "세종대왕은 1443년에 한글을 만들었다",
      "i love new york, texas and 3 cats",
  };
  for (std::string_view text : kTexts) {
    EXPECT_EQ(Marked(text, "STREET_ADDRESS"), text);
  }
}

TEST(AddressTest, FindsPostcodesThatStandAlone) {
  constexpr Case kCases[] = {
      {"US", "my zip is <<45402>>"},
      {"US", "zip code: <<94107-1303>>"},
      {"US", "anyone in Dayton, OH <<45402>>?"},
      {"GB", "coming from <<LS6 4QQ>> now"},
      {"GB", "postcode <<sw1a 2aa>> pls"},
      {"CA", "postal code <<K1A 0B1>>"},
      {"IE", "Eircode: <<D02 X285>>"},
      {"NL", "postcode <<1012 AB>>"},
      {"DE", "PLZ <<10115>>"},
      {"BR", "CEP: <<01310-100>>"},
      {"PT", "código postal <<1250-140>>"},
      {"PL", "kod pocztowy <<00-549>>"},
      {"IN", "pincode <<560034>>"},
      {"JP", "郵便番号<<150-0043>>"},
      {"RU", "индекс <<170100>>"},
      {"SE", "postnummer <<118 67>>"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Marked(Unmarked(c.text), "POSTAL_CODE"), c.text) << c.country;
  }
}

TEST(AddressTest, KeepsSecretsAndCodesApartFromPostcodes) {
  constexpr std::string_view kTexts[] = {
      "Your new PIN code is 190577",
      "M0T 0RS is no district, XA1 1AA no area, M1 1AI no ending",
      "50 GB: CB50 2GB",
      "A PARTIR DE 88066",
      "ref OH45402",
  };
  for (std::string_view text : kTexts) EXPECT_EQ(Marked(text, "POSTAL_CODE"), text);
}

// Text that is all anchors must not cost more than its length: an address has at most 60 tokens,
// and a long text is read in overlapping parts.
TEST(AddressTest, FindsAnAddressAnywhereInALongText) {
  const std::string address = "77 Stone Creek Blvd, Austin, TX 78701";
  for (std::string_view filler :
       {"st 5 rd no 7, ", "flat 2 near ", "x ", "号1路2", "1-1-1-1-", "동 3 "}) {
    std::string text;
    while (text.size() < 20'000) text += filler;
    const size_t begin = text.size() + 2;
    text += ". " + address + ". ";
    while (text.size() < 40'000) text += filler;
    Detector::Scratch scratch = Addresses().NewScratch();
    const auto findings = Addresses().Detect(text, scratch);
    ASSERT_TRUE(findings.ok()) << findings.status();
    bool found = false;
    for (const Finding& f : *findings) {
      found |= f.span.begin <= begin + 3 && f.span.end >= begin + 19;  // at least its street
    }
    EXPECT_TRUE(found) << filler;
  }
}

TEST(AddressTest, EverySpanIsWholeCharactersInAnyText) {
  // Cuts of real shapes at every byte: folding repairs the text, spans stay on characters.
  const std::string text =
      "地址：上海市浦东新区张杨路500号12楼 〒150-0043 東京都渋谷区道玄坂2-10-7 "
      "ул. Ленина, д. 5 12 rue de l'Île, 69002 Lyon 서울특별시 강남구 테헤란로 12";
  Detector::Scratch scratch = Addresses().NewScratch();
  for (size_t begin = 0; begin < text.size(); ++begin) {
    const std::string_view part = std::string_view(text).substr(begin);
    const auto findings = Addresses().Detect(part, scratch);
    ASSERT_TRUE(findings.ok()) << findings.status();
    for (const Finding& f : *findings) {
      EXPECT_NE(static_cast<unsigned char>(part[f.span.begin]) & 0xC0, 0x80) << begin;
      EXPECT_TRUE(f.span.end == part.size() ||
                  (static_cast<unsigned char>(part[f.span.end]) & 0xC0) != 0x80)
          << begin;
    }
  }
}

TEST(AddressTest, NeedsItsWordLists) {
  const PatternLibrary library = MustParse(R"(
[words]
address-street = { en = ["street"] }
)");
  const auto recogniser = MakeAddressRecogniser(library);
  ASSERT_FALSE(recogniser.ok());
  EXPECT_EQ(recogniser.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tacet
