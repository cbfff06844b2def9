#include "engine/detect/validators.h"

#include <cctype>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace tacet {
namespace {

bool Valid(std::string_view validator, std::string_view value) {
  const Validator* found = FindValidator(validator);
  EXPECT_NE(found, nullptr) << validator;
  return found != nullptr && found->valid(value);
}

int CountDigits(std::string_view text) {
  int digits = 0;
  for (char c : text) digits += c >= '0' && c <= '9';
  return digits;
}

TEST(ValidatorsTest, AreSortedAndEachNamesItsSource) {
  std::string_view previous;
  for (const Validator& validator : Validators()) {
    EXPECT_LT(previous, validator.name);
    EXPECT_FALSE(validator.source.empty()) << validator.name;
    EXPECT_EQ(FindValidator(validator.name), &validator);
    previous = validator.name;
  }
  EXPECT_EQ(FindValidator("no_such_check"), nullptr);
  EXPECT_EQ(FindValidator(""), nullptr);
}

// Published specimens, documentation examples, and invented values that satisfy the check.
struct Case {
  std::string_view validator;
  std::vector<std::string_view> valid;
  std::vector<std::string_view> invalid;
};

const Case kCases[] = {
    {"luhn",
     {"4111111111111111", "79927398713", "0000 0000 0000 0000"},
     {"79927398710", "1", "4x"}},
    {"verhoeff", {"2363", "142857 0"}, {"2364", "2633"}},
    {"iso7064_mod97", {"794 44", "123456789012 44"}, {"794 45", "97"}},
    {"has_digit", {"a1", "7"}, {"", "abc"}},
    {"mixed_code", {"4ZK81M", "a21p", "JXS-177988"}, {"123456", "SECRET", ""}},
    {"not_repeated", {"482913", "1122"}, {"0000", "111111", "123456", "987654", "7"}},

    {"credit_card",
     {"4111 1111 1111 1111", "4222222222222", "5555-5555-5555-4444", "2223003122003222",
      "378282246310005", "6011111111111117", "30569309025904", "3530111333300000",
      "6200000000000005", "2200 0000 0000 0004", "9792 0000 0000 0003", "6759649826438453",
      "135410014004955"},
     {"4111 1111 1111 1112", "5655555555554444", "2720999999999997", "411111111111111",
      "0000000000000000", "6212345678903", "7000000000000005", "4111a111111111111"}},
    {"card_expiry",
     {"04/29", "4/29", "04/2029", "04-29", "0429", "2029-04", "28/02/2019"},
     {"13/29", "00/29", "04/09", "04/1999", "0013", "4", "31/31/31/31", "04/29x"}},
    {"iban",
     {"GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "NO9386011117947",
      "be71 0961 2345 6769", "MT84MALT011000012345MTLCAST001S", "BR1500000000000010932840814P2",
      "LC55HEMM000100010012001200023015", "IR580540105180021273113007"},
     {"GB82 WEST 1234 5698 7654 33", "DE8937040044053201300", "XX89370400440532013000",
      "BE71 A961 2345 6769", "GB82WEST1234", ""}},
    {"bic",
     {"DEUTDEFF", "DEUTDEFF500", "NEDSZAJJXXX", "chasus33"},
     {"DEUTXXFF", "DEUTDEFF50", "DEUTDEF", "DEUTDE0F", "DEUTDEFO", "1EUTDEFF"}},
    {"aba",
     {"121000358", "0110-0001-5", "322271627"},
     {"121000359", "603558459", "000000000", "12100035"}},
    {"btc",
     {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
      "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
      "1111111111111111111114oLvT2"},
     {"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a",
      "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdp", "bc1QAR0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
      "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", "1111111111111111111111"}},
    {"ltc",
     {"LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1", "ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9"},
     {"LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc2", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}},
    {"doge", {"DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L"}, {"DH5yaieqoZN36fDVciNyRueRGvGLR3mr7M"}},
    {"trx", {"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"}, {"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u"}},
    {"xrp", {"rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"}, {"rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi"}},
    {"eth",
     {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xde709f2102306220921060314715629080e2fb77"},
     {"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeG",
      "0x0000000000000000000000000000000000000000"}},
    {"sol",
     {"7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"},
     {"7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLt0", "abcdefghijkmnopqrstuvwxyzabcdefghijkm",
      "7EcDhSYGxXyscszYEp35KHN8vvw3svA"}},
    {"upi_shape", {"asha.rao-2@newpsp"}, {"debited@SBI", "a@b@c", "@ybl", "asha"}},
    {"account_number",
     {"0213404237", "91 552 0871", "1-998-041312-0", "3880.1288.000795347-8", "04-00-04 11420565"},
     {"1234", "12-05-2022", "3.3.1941", "1234567890123456789012345678901"}},
    {"upi",
     {"asha.rao-2@okaxis", "9008077123@YBL", "50100012345678@HDFC0000001.ifsc.npci"},
     {"asha@example.com", "a@ybl", "asha@", "asha", "a@b@ybl", "debited@sbi"}},

    {"imei",
     {"490154203237518", "35-686800-004141-8", "35686800-004141", "3568680000414120"},
     {"490154203237517", "490154203237", "12345678901234", "000000000000000"}},
    {"imsi",
     {"310150123456789", "404 55 0775139588"},
     {"300150123456789", "31015012345", "404000000000000"}},
    {"iccid",
     {"8944500102198304826", "89 1010 1200 0032 0451 4"},
     {"8944500102198304827", "4944500102198304826"}},
    {"ipv4",
     {"192.0.2.1", "203.0.113.0/24", "0.0.0.0"},
     {"192.0.2.256", "192.0.2", "192.0.2.01", "192.0.2.1/33", "1.2.3.4.5"}},
    {"ipv6",
     {"2001:db8::1", "::1", "2001:db8:0:0:0:0:192.0.2.1", "fe80::1%eth0", "2001:db8::/32",
      "1:2:3:4:5:6:7::", "::ffff:192.0.2.1"},
     {"::", "2001:db8::1::2", "12345::1", "1:2:3:4", "1:2:3:4:5:6:7:8:9", "2001:db8::1/129",
      "::ffff:256.0.0.1", "1:2:3:4:5:6:7:", "fe80::1%"}},
    {"mac",
     {"00:1A:2b:3c:4d:5e", "00-1a-2b-3c-4d-5e", "001a.2b3c.4d5e", "00:1a:2b:ff:fe:3c:4d:5e"},
     {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "00:1a:2b:3c:4d", "zz:1a:2b:3c:4d:5e"}},
    {"latlon",
     {"40.7128,-74.0060", "(-60.978437, -0.175781)", "40.7128\xC2\xB0 N, 74.0060\xC2\xB0 W",
      "48\xC2\xB0"
      "51'24\"N 2\xC2\xB0"
      "21'03\"E",
      "2.35 E, 48.85 N", "0, 0"},
     {"90.1, 0", "45, 181", "-116.894222, -126.894222", "40.7128",
      "48\xC2\xB0"
      "61'N 2\xC2\xB0"
      "E",
      "1, 2, 3"}},
    {"jwt",
     {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLWJ5dGVz"},
     {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", "abc.def.ghi",
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln!"}},
    {"tld",
     {"example.com", "www.example.co.uk/path?q=1", "https://sub.example.org:8443/x",
      "bit.ly/3pDp2ry", "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80.\xD1\x80\xD1\x84",
      "xn--e1afmkfd.xn--p1ai", "http://192.0.2.1/a", "192.0.2.1/a"},
     {"code.Please", "file.toml", "192.0.2.1", "example", "-a.com", "a..com", "example.com:port"}},
    {"email",
     {"a@b.co", "first.last+tag@sub.example.co.uk", "o'neil@example.com",
      "\"much more\"@example.org", "user@[192.0.2.1]", "m\xC3\xBCller@example.de"},
     {"a@b", "@example.com", "a@example", "a b@example.com", ".a@example.com", "a.@example.com",
      "a@-example.com", "\"a\"b\"@example.com", "a@example.notatld"}},
    {"vin",
     {"1M8GDM9AXKP042788", "5GZCZ43D13S812715", "WDBRF40J43F433102", "JB3BA36KXHU036784"},
     {"1M8GDM9A1KP042788", "1M8GDM9AXKPO42788", "11131517191011111", "1M8GDM9AXKP04278"}},

    {"us_ssn",
     {"078-05-1121", "219 09 9998", "123456789"},
     {"078-05-1120", "666-12-3456", "000-12-3456", "900-12-3456", "123-00-4567", "123-45-0000",
      "111111111"}},
    {"us_itin", {"912-70-1234", "999-99-1234"}, {"912-69-1234", "912-93-1234", "812-70-1234"}},
    {"us_ein", {"12-3456789", "98-7654321"}, {"07-1234567", "00-3456789", "96-1234567", "1234567"}},
    {"us_npi", {"1245319599", "1234567893"}, {"1234567890", "3234567893", "12345678931"}},
    {"us_mbi",
     {"1EG4-TE5-MK73", "1EG4TE5MK73"},
     {"1EG4-TE5-MI73", "12G4-TE5-MK73", "0EG4-TE5-MK73"}},

    {"ca_sin", {"193 456 787", "336 475 660"}, {"146 454 287", "846 454 286", "111111111"}},
    {"uk_nhs", {"943 476 5919", "4010232137"}, {"943 476 5918", "9434765871"}},
    {"uk_nino",
     {"AB 12 34 56 C", "zy999999d"},
     {"QQ123456C", "BG123456A", "AB123456E", "AO123456A"}},
    {"uk_utr", {"1955839661", "1955839661K"}, {"3955839661", "195583966"}},
    {"uk_driver_license",
     {"MORGA657054SM9IJ", "FO999803127AB1CD"},
     {"MORGA600054SM9IJ", "MORGA607324SM9IJ", "99999657054SM9IJ"}},
    {"ie_pps", {"6433435F", "6433435OA", "1234567T", "6433435FW"}, {"6433435E", "1234567ABC"}},
    {"fr_nir",
     {"2 95 10 99 126 111 93", "289042A34216390", "1 74 01 69 101 194 80"},
     {"2 95 10 99 126 111 94", "2 95 13 99 126 111 93", "9951099126111"}},
    {"de_steuer_id",
     {"36 574 261 809", "86095742719"},
     {"36574261890", "06574261809", "11111111111"}},
    {"de_id_card",
     {"T220001293", "C01X00T478D", "L01X00T471"},
     {"T220001290", "C01X00T478E", "AEIOU00000"}},
    {"es_nif",
     {"12345678Z", "54362315-K", "A13585625", "M1234567L", "Q2876031B"},
     {"12345678A", "A13585626", "00000000T", "54362315"}},
    {"es_nie", {"X2482300W", "Y-8063915-Z"}, {"X2482300A", "W2482300W"}},
    {"it_fiscal_code",
     {"RSSMRA45C12F205C", "MRTMTT25D09F205Z", "RSSMRA45C12F2L5N"},
     {"RSSMRA45C12F205D", "RSSMRA45C32F205C", "RSSMRA45F12F205C"}},
    {"it_vat_code", {"00743110157", "IT 0133355 032 3"}, {"00743110158", "00743119157"}},
    {"pt_nif", {"501964843", "123 456 789"}, {"501964842", "023456789"}},

    {"nl_bsn", {"111222333", "1112.22.333", "010464554"}, {"111222334", "111111111"}},
    {"be_nn",
     {"85.07.30-033.28", "17 07 30 033 84"},
     {"85.07.30-033.29", "85.13.30-033.28", "85073000028"}},
    {"at_svnr", {"1237 010180"}, {"1237 010181", "0237 010180", "1237 410180"}},
    {"ch_ahv", {"756.9217.0769.85"}, {"756.9217.0769.84", "755.9217.0769.85"}},
    {"fi_hetu",
     {"131052-308T", "010594Y9032", "131052+308T"},
     {"131052-308U", "310252-308T", "131052*308T", "131052-001T"}},
    {"se_personnummer",
     {"880320-0016", "19880320-0016", "8803200016", "880380-0013"},
     {"880320-0018", "881320-0016", "17880320-0016"}},
    {"no_fnr", {"151086 95088", "01010123476"}, {"15108695077", "99999999999"}},
    {"dk_cpr", {"211062-5629", "0707614285"}, {"211062-5630", "321062-5629"}},
    {"dk_cpr_date", {"211062-5630"}, {"211362-5630", "21106256"}},

    {"ee_ik", {"37605030299", "36805280109"}, {"36805280108", "07605030299", "37613030299"}},
    {"lt_ak", {"33309240064"}, {"33309240164"}},
    {"lv_pk", {"161175-19997", "32578329371"}, {"161375-19997", "161175-19998"}},
    {"pl_pesel", {"44051401359", "02070803628"}, {"44051401358", "44131401359"}},
    {"cz_rc", {"710319/2745", "320911556"}, {"710319/2746", "711319/2745"}},
    {"ro_cnp", {"1630615123457"}, {"0800101221144", "1630615993454", "1631315123457"}},
    {"bg_egn", {"7523169263", "8032056031"}, {"7523169264", "8019010008", "2992070971"}},
    {"hr_oib", {"33392005961"}, {"33392005962", "00000000000"}},
    {"gr_amka", {"01013099997"}, {"01013099999", "32013099997"}},
    {"tr_tckn", {"10000000146", "17291716060"}, {"10000000145", "07291716092"}},

    {"in_aadhaar",
     {"2341 2341 2346"},
     {"2341 2341 2347", "123412341234", "222222222222", "643343121"}},
    {"in_pan", {"ACUPA7085R", "AAPPV8261K"}, {"ABMXA3211G", "ACUPA0000R", "234123412347"}},
    {"in_gstin", {"27AAPFU0939F1ZV"}, {"27AAPFU0939F1ZO", "39AAPFU0939F1ZV", "27AAPFU0939F1YV"}},
    {"in_gstin_shape", {"27AAPFU0939F1ZO"}, {"39AAPFU0939F1ZV", "27AAPFU0939F0ZV"}},
    {"in_voter", {"WKH1186253"}, {"WKH1186263", "WK11862531"}},
    {"in_passport", {"J8369854"}, {"J836985", "JJ369854", "A0000000"}},
    {"in_vehicle",
     {"KA 53 ME 3456", "TN-09-CX-4120", "22BH1234AA"},
     {"XX53ME3456", "KAME3456", "22BH12341"}},

    {"cn_ric",
     {"11010519491231002X"},
     {"110105194912310021", "100105194912310029", "11010519491331002X"}},
    {"hk_hkid", {"A123456(3)", "AB987654(3)", "G123456(A)"}, {"A123456(4)", "123456(3)"}},
    {"tw_id", {"A123456789", "A800000014"}, {"A123456788", "A323456789"}},
    {"jp_my_number", {"1234 5678 9018", "628498320251"}, {"123456789012", "111111111111"}},
    {"kr_rrn",
     {"970510-1931536", "930315-2140281"},
     {"970513-1019906", "971310-1931536", "971013-9999904"}},
    {"kr_rrn_date", {"960121-1234567"}, {"961321-1234567", "9601211234"}},
    {"sg_nric",
     {"S1234567D", "T1680536F", "G8169811U", "M2200054X"},
     {"S1234567E", "A1234567D", "S123456D"}},
    {"sg_uen",
     {"53318904K", "201612345E", "T08GB0021F"},
     {"53318904D", "201612345K", "T08GB0021K", "A08GB0021F", "5331890K"}},
    {"my_nric", {"770305-02-1234"}, {"771305-02-1234", "770305-17-1234"}},
    {"th_tin",
     {"1-1012-00230-70-9", "3100600445635"},
     {"1101200230704", "0101700230705", "1690000000006"}},
    {"id_nik",
     {"3171011708450001", "3174014708450001"},
     {"3171013208450001", "9971011708450001", "3171011708450000"}},
    {"pk_cnic", {"34201-0891231-8"}, {"34201-0891231-0", "84201-0891231-8"}},
    {"lk_nic", {"942281632V", "199422801632"}, {"949281632V", "942281632B", "023125648V"}},
    {"vn_cccd", {"048096012026"}, {"148096012026", "04809601202"}},
    {"ph_umid", {"0011-1234567-8"}, {"000000000000", "0011-1234567"}},
    {"ae_eid", {"784-1980-1234567-8"}, {"784-1980-1234567-9", "783-1980-1234567-9"}},
    {"sa_nid", {"1000000008", "2000000006"}, {"1000000007", "3000000004"}},
    {"il_id", {"3933742-3", "123456782"}, {"3933742-2", "1234567"}},

    {"au_tfn", {"123 456 782", "37-118-660"}, {"123 456 789", "999999999"}},
    {"au_abn", {"51 824 753 556"}, {"51 824 753 557"}},
    {"au_acn", {"004 085 616"}, {"004 085 617"}},
    {"au_medicare", {"2123 45670 1", "212345670"}, {"2123 45671 1", "7123456701"}},
    {"nz_ird", {"49-091-850", "136410132"}, {"136410133", "9125568"}},
    {"nz_nhi", {"ZAC5361", "ZBN77VL"}, {"ZAC5362", "ZBN77VM", "ZIC5361"}},

    {"br_cpf", {"390.533.447-05", "52998224725"}, {"231.002.999-00", "11111111111"}},
    {"br_cnpj",
     {"16.727.230/0001-97", "12.ABC.345/01DE-35"},
     {"16.727.230.0001-98", "12.ABC.345/01DE-34"}},
    {"mx_curp",
     {"BOXW310820HNERXN09", "HEGR891009HMNRRD09"},
     {"BOXW310820HNERXN08", "BOXW310820HXXRXN09", "BOXW311320HNERXN09"}},
    {"mx_rfc",
     {"GODE561231GR8", "LRE050221F14", "B&D960529 8Y3"},
     {"CACA580710NF7", "GODE561331GR8", "GODE56123"}},
    {"ar_cuit", {"20-05536168-2"}, {"20-05536168-3", "21-05536168-2"}},
    {"cl_rut", {"12.531.909-2", "9334748-K"}, {"12531909-3", "76086A28-5"}},
    {"co_nit", {"213.123.432-1"}, {"213.123.432-2", "2131234"}},
    {"pe_dni", {"10117410-2", "10117410-G"}, {"10117410-3", "10117410"}},
    {"ec_ci", {"171430710-3"}, {"171430710-4", "881430710-7"}},
    {"uy_ci", {"1.234.567-2", "12345672"}, {"1.234.567-3", "11111111"}},

    {"za_id",
     {"8001015009087", "750330 5044089"},
     {"8001015009086", "8013015009087", "8001015009987"}},
    {"ng_nin", {"12345678902"}, {"12345678901", "11111111111"}},
    {"eg_nid", {"26911140213588"}, {"26913140213588", "46911140213588", "26911149913588"}},
    {"de_kvnr", {"A123456780", "Z000000005"}, {"A123456781", "1123456780"}},
    {"de_rvnr", {"15 070649 C 103", "65070803A019"}, {"65070803A012", "65073803A019"}},
    {"do_cedula", {"00113918205", "001-1391820-5"}, {"00113918204", "11111111111"}},
    {"es_nuss", {"281234567840"}, {"281234567841", "2812345678"}},
    {"fr_nif", {"07 01 987 765 493"}, {"07 01 987 765 494", "9701987765493"}},
    {"hu_tin", {"8234567896"}, {"8234567897", "1234567896"}},
    {"ir_nid", {"0790419904", "4032152314"}, {"0000000001", "9999999991", "4032152315"}},
    {"is_kennitala", {"450401-3150", "120174-3399"}, {"530575-0299", "320174-3399"}},
    {"jmbg", {"0101006500006", "2902932505526"}, {"0101006500007", "3202006500008"}},
    {"kr_brn", {"116-82-00276", "104-86-56659"}, {"116-82-00277", "11682002"}},
    {"lu_nin", {"1993102814564"}, {"1993102814563", "1993132814564"}},
    {"mu_nid", {"Q300706590045E", "W2304253291007"}, {"Q300706590045F", "A3112991234565"}},
    {"ru_inn", {"7707083893", "500100732259"}, {"7707083894", "500100732258"}},
    {"ru_snils", {"112-233-445 95"}, {"112-233-445 96", "11223344"}},
    {"se_org", {"212000-0142", "556703-7485"}, {"212000-0143", "880320-0016"}},
    {"ua_rntrc", {"1759013776", "2511313590"}, {"1759013770", "25113135"}},
    {"gh_pin", {"GHA-123456789-0", "C0000803561"}, {"C0000803562", "X0000803561"}},
};

TEST(ValidatorsTest, AcceptPublishedValuesAndRefuseFaultyOnes) {
  for (const Case& c : kCases) {
    for (std::string_view value : c.valid)
      EXPECT_TRUE(Valid(c.validator, value)) << c.validator << ": " << value;
    for (std::string_view value : c.invalid)
      EXPECT_FALSE(Valid(c.validator, value)) << c.validator << ": " << value;
  }
}

TEST(ValidatorsTest, EveryValidatorHasCases) {
  for (const Validator& validator : Validators()) {
    bool covered = false;
    for (const Case& c : kCases) covered = covered || c.validator == validator.name;
    EXPECT_TRUE(covered) << validator.name;
  }
}

// The detector does not look at messages with fewer digits than a validator asks for.
TEST(ValidatorsTest, NoValidValueHasFewerDigitsThanStated) {
  for (const Case& c : kCases) {
    for (std::string_view value : c.valid) {
      EXPECT_GE(CountDigits(value), FindValidator(c.validator)->min_digits)
          << c.validator << ": " << value;
    }
  }
}

// These schemes promise to catch every wrong digit; the second column says whether they also
// promise to catch every pair of neighbours that are swapped.
struct Promise {
  std::string_view validator;
  bool swaps;
};
const Promise kPromises[] = {
    {"luhn", false},   {"verhoeff", true}, {"iso7064_mod97", true}, {"iban", true},
    {"aba", false},    {"at_svnr", false}, {"au_abn", true},        {"ca_sin", false},
    {"ch_ahv", false}, {"cn_ric", true},   {"de_steuer_id", false}, {"es_nie", true},
    {"fr_nir", true},  {"hr_oib", false},  {"iccid", false},        {"in_aadhaar", true},
    {"nl_bsn", true},  {"no_fnr", true},   {"pl_pesel", false},     {"uk_nhs", true},
    {"us_npi", false}, {"za_id", false},
};

TEST(ValidatorsTest, CatchEveryWrongDigit) {
  for (const Promise& promise : kPromises) {
    for (const Case& c : kCases) {
      if (c.validator != promise.validator) continue;
      for (std::string_view value : c.valid) {
        for (size_t i = 0; i < value.size(); ++i) {
          if (!std::isdigit(static_cast<unsigned char>(value[i]))) continue;
          for (char digit = '0'; digit <= '9'; ++digit) {
            if (digit == value[i]) continue;
            std::string wrong(value);
            wrong[i] = digit;
            EXPECT_FALSE(Valid(c.validator, wrong)) << c.validator << ": " << wrong;
          }
        }
      }
    }
  }
}

TEST(ValidatorsTest, CatchSwappedNeighbours) {
  for (const Promise& promise : kPromises) {
    if (!promise.swaps) continue;
    for (const Case& c : kCases) {
      if (c.validator != promise.validator) continue;
      for (std::string_view value : c.valid) {
        for (size_t i = 0; i + 1 < value.size(); ++i) {
          if (!std::isdigit(static_cast<unsigned char>(value[i])) ||
              !std::isdigit(static_cast<unsigned char>(value[i + 1])) || value[i] == value[i + 1]) {
            continue;
          }
          std::string wrong(value);
          std::swap(wrong[i], wrong[i + 1]);
          EXPECT_FALSE(Valid(c.validator, wrong)) << c.validator << ": " << wrong;
        }
      }
    }
  }
}

TEST(ValidatorsTest, RefuseWhatTheyDoNotUnderstand) {
  const std::string long_digits(5000, '4');
  const std::string long_letters(5000, 'A');
  for (const Validator& validator : Validators()) {
    for (std::string_view value :
         {std::string_view(), std::string_view(" "), std::string_view("-./"),
          std::string_view("\0\0\0", 3), std::string_view("\xff\xfe\xc3"), std::string_view("@"),
          std::string_view("://"), std::string_view("."), std::string_view("::::"),
          std::string_view("\"\"@")}) {
      EXPECT_FALSE(validator.valid(value)) << validator.name;
    }
    if (validator.name != "has_digit") {
      EXPECT_FALSE(validator.valid(long_digits)) << validator.name;
    }
    EXPECT_FALSE(validator.valid(long_letters)) << validator.name;
  }
}

// Every prefix and every value with one byte replaced: what matters is that none reads past its
// end, which the sanitizer build sees.
TEST(ValidatorsTest, SurviveDamagedValues) {
  size_t accepted = 0, refused = 0;
  for (const Case& c : kCases) {
    for (std::string_view value : c.valid) {
      for (size_t i = 0; i < value.size(); ++i) {
        // A copy of its own, so that a read past the end is a read past the allocation.
        const std::vector<char> prefix(value.begin(),
                                       value.begin() + static_cast<std::ptrdiff_t>(i));
        std::string damaged(value);
        damaged[i] = '\x80';
        for (const Validator& validator : Validators()) {
          const bool first = validator.valid({prefix.data(), prefix.size()});
          const bool second = validator.valid(damaged);
          accepted += static_cast<size_t>(first) + static_cast<size_t>(second);
          refused += static_cast<size_t>(!first) + static_cast<size_t>(!second);
        }
      }
    }
  }
  EXPECT_GT(refused, accepted);
}

}  // namespace
}  // namespace tacet
