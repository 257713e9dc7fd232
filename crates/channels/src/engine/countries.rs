//! Countries by their English names, for channels that tell no code.

use innkeeper_domain::values::Country;

/// `CODE=name|other name`, with semicolons between.
const NAMES: &str = "AD=Andorra;AE=United Arab Emirates|UAE;AF=Afghanistan;AG=Antigua & Barbuda|Antigua and Barbuda;\
    AI=Anguilla;AL=Albania;AM=Armenia;AO=Angola;AQ=Antarctica;AR=Argentina;AS=American Samoa;AT=Austria;\
    AU=Australia;AW=Aruba;AX=Åland Islands|Aland Islands;AZ=Azerbaijan;\
    BA=Bosnia & Herzegovina|Bosnia and Herzegovina;BB=Barbados;BD=Bangladesh;BE=Belgium;BF=Burkina Faso;\
    BG=Bulgaria;BH=Bahrain;BI=Burundi;BJ=Benin;BL=Saint Barthélemy|St Barthelemy|Saint Barthelemy;\
    BM=Bermuda;BN=Brunei|Brunei Darussalam;BO=Bolivia;BQ=Caribbean NL;BR=Brazil;BS=Bahamas|The Bahamas;\
    BT=Bhutan;BV=Bouvet Island;BW=Botswana;BY=Belarus;BZ=Belize;CA=Canada;CC=Cocos Islands;\
    CD=Democratic Republic of the Congo|DR Congo|Congo (Kinshasa);CF=Central African Rep.;\
    CG=Congo|Republic of the Congo;CH=Switzerland;CI=Côte d'Ivoire|Ivory Coast;CK=Cook Islands;CL=Chile;\
    CM=Cameroon;CN=China;CO=Colombia;CR=Costa Rica;CU=Cuba;CV=Cape Verde|Cabo Verde;CW=Curaçao|Curacao;\
    CX=Christmas Island;CY=Cyprus;CZ=Czechia|Czech Republic;DE=Germany;DJ=Djibouti;DK=Denmark;\
    DM=Dominica;DO=Dominican Republic;DZ=Algeria;EC=Ecuador;EE=Estonia;EG=Egypt;EH=Western Sahara;\
    ER=Eritrea;ES=Spain;ET=Ethiopia;FI=Finland;FJ=Fiji;FK=Falkland Islands;FM=Micronesia;\
    FO=Faroe Islands;FR=France;GA=Gabon;\
    GB=United Kingdom|Great Britain|UK|Britain|England|Scotland|Wales|Northern Ireland;GD=Grenada;\
    GE=Georgia;GF=French Guiana;GG=Guernsey;GH=Ghana;GI=Gibraltar;GL=Greenland;GM=Gambia|The Gambia;\
    GN=Guinea;GP=Guadeloupe;GQ=Equatorial Guinea;GR=Greece;\
    GS=South Georgia & the South Sandwich Islands|South Georgia and the South Sandwich Islands;\
    GT=Guatemala;GU=Guam;GW=Guinea-Bissau;GY=Guyana;HK=Hong Kong;\
    HM=Heard Island & McDonald Islands|Heard Island and McDonald Islands;HN=Honduras;HR=Croatia;HT=Haiti;\
    HU=Hungary;ID=Indonesia;IE=Ireland;IL=Israel;IM=Isle of Man;IN=India;\
    IO=British Indian Ocean Territory;IQ=Iraq;IR=Iran;IS=Iceland;IT=Italy;JE=Jersey;JM=Jamaica;JO=Jordan;\
    JP=Japan;KE=Kenya;KG=Kyrgyzstan;KH=Cambodia;KI=Kiribati;KM=Comoros;\
    KN=St Kitts & Nevis|St Kitts and Nevis|Saint Kitts & Nevis;KP=North Korea;\
    KR=South Korea|Korea|Republic of Korea;KW=Kuwait;KY=Cayman Islands;KZ=Kazakhstan;LA=Laos;LB=Lebanon;\
    LC=St Lucia|Saint Lucia;LI=Liechtenstein;LK=Sri Lanka;LR=Liberia;LS=Lesotho;LT=Lithuania;\
    LU=Luxembourg;LV=Latvia;LY=Libya;MA=Morocco;MC=Monaco;MD=Moldova;ME=Montenegro;MF=Saint Martin;\
    MG=Madagascar;MH=Marshall Islands;MK=North Macedonia|Macedonia;ML=Mali;MM=Myanmar|Burma;MN=Mongolia;\
    MO=Macau|Macao;MP=Northern Mariana Islands;MQ=Martinique;MR=Mauritania;MS=Montserrat;MT=Malta;\
    MU=Mauritius;MV=Maldives;MW=Malawi;MX=Mexico;MY=Malaysia;MZ=Mozambique;NA=Namibia;NC=New Caledonia;\
    NE=Niger;NF=Norfolk Island;NG=Nigeria;NI=Nicaragua;NL=Netherlands|The Netherlands|Holland;NO=Norway;\
    NP=Nepal;NR=Nauru;NU=Niue;NZ=New Zealand;OM=Oman;PA=Panama;PE=Peru;PF=French Polynesia;\
    PG=Papua New Guinea;PH=Philippines;PK=Pakistan;PL=Poland;\
    PM=St Pierre & Miquelon|St Pierre and Miquelon|Saint Pierre & Miquelon;PN=Pitcairn;PR=Puerto Rico;\
    PS=Palestine;PT=Portugal;PW=Palau;PY=Paraguay;QA=Qatar;RE=Réunion|Reunion;RO=Romania;RS=Serbia;\
    RU=Russia|Russian Federation;RW=Rwanda;SA=Saudi Arabia;SB=Solomon Islands;SC=Seychelles;SD=Sudan;\
    SE=Sweden;SG=Singapore;SH=St Helena|Saint Helena;SI=Slovenia;\
    SJ=Svalbard & Jan Mayen|Svalbard and Jan Mayen;SK=Slovakia;SL=Sierra Leone;SM=San Marino;SN=Senegal;\
    SO=Somalia;SR=Suriname;SS=South Sudan;ST=Sao Tome & Principe|Sao Tome and Principe;SV=El Salvador;\
    SX=Sint Maarten;SY=Syria;SZ=Eswatini|Swaziland;TC=Turks and Caicos Islands;TD=Chad;\
    TF=French S. Terr.;TG=Togo;TH=Thailand;TJ=Tajikistan;TK=Tokelau;TL=East Timor|Timor-Leste;\
    TM=Turkmenistan;TN=Tunisia;TO=Tonga;TR=Turkey|Türkiye;TT=Trinidad & Tobago|Trinidad and Tobago;\
    TV=Tuvalu;TW=Taiwan;TZ=Tanzania;UA=Ukraine;UG=Uganda;UM=US minor outlying islands;\
    US=United States|USA|United States of America|U.S.A.;UY=Uruguay;UZ=Uzbekistan;\
    VA=Vatican City|Holy See;VC=St Vincent|Saint Vincent;VE=Venezuela;VG=British Virgin Islands;\
    VI=US Virgin Islands|U.S. Virgin Islands;VN=Vietnam|Viet Nam;VU=Vanuatu;\
    WF=Wallis & Futuna|Wallis and Futuna;WS=Samoa;YE=Yemen;YT=Mayotte;ZA=South Africa;ZM=Zambia;\
    ZW=Zimbabwe";

/// The country with this code or English name, whatever the case.
pub(super) fn country(text: &str) -> Option<Country> {
    let text = text.trim();
    if text.len() == 2
        && let Ok(country) = text.to_ascii_uppercase().parse()
    {
        return Some(country);
    }
    let wanted = text.to_lowercase();
    let named = NAMES.split(';').find_map(|entry| {
        let (code, names) = entry.split_once('=')?;
        names
            .split('|')
            .any(|name| name.to_lowercase() == wanted)
            .then_some(code)
    });
    named?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_code_and_name() {
        for (text, code) in [
            ("PT", Some("PT")),
            ("pt", Some("PT")),
            (" Portugal ", Some("PT")),
            ("united kingdom", Some("GB")),
            ("UK", Some("GB")),
            ("Bosnia and Herzegovina", Some("BA")),
            ("Côte d'Ivoire", Some("CI")),
            ("Saint Lucia", Some("LC")),
            ("Atlantis", None),
            ("ZZ", None),
            ("", None),
        ] {
            assert_eq!(country(text).map(Country::as_str), code, "{text}");
        }
        let codes: Vec<_> = NAMES
            .split(';')
            .filter_map(|entry| entry.split_once('='))
            .collect();
        assert_eq!(codes.len(), 249);
        assert!(codes.iter().all(|(code, _)| code.parse::<Country>().is_ok()));
    }
}
